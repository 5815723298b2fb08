/** The options of the built-in networks. */
import { UsageError } from '@bd-edge/sdk/internal';

/**
 * - `baseline`: trained with binary activations from the start, at widths that give the same number of
 *   parameters
 * - `coupled`: has ternary activations; the method trains this variant first
 * - `decoupled`: the architecture that decoupling makes of the coupled one, with its own weights
 */
export type Variant = 'baseline' | 'coupled' | 'decoupled';
export const VARIANTS: readonly Variant[] = ['baseline', 'coupled', 'decoupled'];

/** 1 bit, 8 bits, or float32. */
export type WeightKind = 'binary' | 'int8' | 'float';

/**
 * - `binary`: 1 bit inside, int8 where the paper keeps full precision; can be deployed (W1/A1)
 * - `float`: float32 everywhere, as in the paper's CIFAR-10 table (W32/A1)
 * - an object: the kind for each named layer; all others are as in `binary`
 */
export type Weights = 'binary' | 'float' | Record<string, WeightKind>;

export interface NetworkOptions {
  /** Default: 'coupled'. */
  variant?: Variant;
  /** The factor for the channels of every hidden layer, above 0. Default: 1. */
  width?: number;
  /** Default: 'binary'. */
  weights?: Weights;
  /** Height, width and channels of the images. Default: those of the paper's dataset. */
  input?: [number, number, number];
  /** The number of classes. Default: that of the paper's dataset. */
  classCount?: number;
  /**
   * 'zeros' skips the random weights, which is fast, for networks whose shapes alone matter. Default:
   * 'random'.
   */
  initial?: 'random' | 'zeros';
}

/** The input of the function that describes a built-in network. */
export interface SpecOptions {
  /** A decoupled network is made from the coupled description. */
  variant: 'baseline' | 'coupled';
  /** Scales a number of channels by the network's width. */
  channels: (atFullWidth: number) => number;
  input?: [number, number, number];
  classCount?: number;
}

/** @throws {UsageError} with code `invalid-width` */
export function channelsAt(width: number): (atFullWidth: number) => number {
  if (!(width > 0 && Number.isFinite(width)))
    throw new UsageError('invalid-width', `Invalid width ${width}; expected a number above 0.`, {
      ...{ received: width, expected: 'a number above 0' },
    });
  return (atFullWidth) => Math.max(1, Math.round(width * atFullWidth));
}
