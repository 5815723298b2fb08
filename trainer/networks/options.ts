/** What every built-in network can be asked for. */
import { UsageError } from '@bd-edge/sdk/internal';

/**
 * - `baseline`: trained with binary activations from the start, at widths for which the parameters match
 * - `coupled`: ternary activations, what the method trains first
 * - `decoupled`: the architecture that decoupling makes of the coupled one, with weights of its own
 */
export type Variant = 'baseline' | 'coupled' | 'decoupled';
export const VARIANTS: readonly Variant[] = ['baseline', 'coupled', 'decoupled'];

/** 1 bit, 8 bits, or float32. */
export type WeightKind = 'binary' | 'int8' | 'float';

/**
 * - `binary`: 1 bit inside, int8 where the paper keeps full precision: what can be deployed (W1/A1)
 * - `float`: float32 everywhere, as in the paper's CIFAR-10 table (W32/A1)
 * - by layer name: that layer's, the others as in `binary`
 */
export type Weights = 'binary' | 'float' | Record<string, WeightKind>;

export interface NetworkOptions {
  /** Default: 'coupled'. */
  variant?: Variant;
  /** Multiplies the channels of every hidden layer; above 0. Default: 1. */
  width?: number;
  /** Default: 'binary'. */
  weights?: Weights;
  /** Height, width and channels of the images. Default: those of the paper's dataset. */
  input?: [number, number, number];
  /** Default: those of the paper's dataset. */
  classCount?: number;
  /** 'zeros' builds a network whose shapes alone matter, in a moment. Default: 'random'. */
  initial?: 'random' | 'zeros';
}

/** What a network's file makes its recipe from. */
export interface SpecOptions {
  /** A decoupled network is made from the coupled one's recipe. */
  variant: 'baseline' | 'coupled';
  /** Channels at the network's width. */
  channels: (atFullWidth: number) => number;
  input?: [number, number, number];
  classCount?: number;
}

export class NetworkOptionError extends UsageError {
  override readonly name = 'NetworkOptionError';
}

export function channelsAt(width: number): (atFullWidth: number) => number {
  if (!(width > 0 && Number.isFinite(width)))
    throw new NetworkOptionError(`The width must be a number above 0, not ${width}.`);
  return (atFullWidth) => Math.max(1, Math.round(width * atFullWidth));
}
