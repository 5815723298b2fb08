import { FITS, type Fit, isCenterShare } from './place.js';

/**
 * How pictures become a network's input. A model's metadata records what it was trained with, and
 * `network.input` has it, so that `classify` and `preprocess` prepare pictures in the same way.
 */
export interface Preparation {
  /** How a picture with other proportions is fitted. Default: `cover`. */
  readonly fit?: Fit;
  /** The share of both sides that is used, from the center, above 0 and at most 1. Default: 1. */
  readonly centerShare?: number;
  /** Swaps black and white. Default: false. */
  readonly invert?: boolean;
}

/** Reads a preparation from parsed JSON: a field that is unknown or has an invalid value is ignored. */
export function readPreparation(value: unknown): Preparation | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { fit, centerShare, invert } = value as Record<string, unknown>;
  return {
    ...(FITS.includes(fit as Fit) && { fit: fit as Fit }),
    ...(isCenterShare(centerShare) && { centerShare }),
    ...(typeof invert === 'boolean' && { invert }),
  };
}

/** Describes a preparation in words, for people. */
export function describePreparation({ fit = 'cover', centerShare = 1, invert = false }: Preparation): string {
  const percent = `${Number((100 * centerShare).toFixed(1))} %`;
  return [
    'raw pixels 0..255, channels last',
    ...(fit === 'cover' ? [] : [`fit ${fit}`]),
    ...(centerShare === 1 ? [] : [`the center ${percent} of each side`]),
    ...(invert ? ['inverted'] : []),
  ].join('; ');
}
