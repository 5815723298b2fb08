/** What flows between nodes while a graph is lowered. */
import type { Op } from '@bd-edge/sdk/internal';
import type { Direction } from '../evaluate/elementwise.js';

/** The axes of the `.bdm` format. */
export type FormatAxis = 'height' | 'width' | 'channels';

type WithoutEpilogue<Kind> = Kind extends { weights: Int8Array } | { kind: 'sum-pool' }
  ? Omit<Kind, 'epilogue'>
  : never;

/** An op whose epilogue is not known yet. */
export type PendingOp = WithoutEpilogue<Op>;

/** The size of a tensor. */
export interface Size {
  height: number;
  width: number;
  channels: number;
}

/**
 * A tensor of the graph that is made: integer codes which stand for real numbers, `steps[c] * code + offsets[c]`. Code 0
 * is also what a convolution reads outside of the tensor.
 */
export interface PlacedTensor extends Size {
  /** The number of the tensor; 0 is the image. */
  index: number;
  type: 'u8' | 'bits' | 'int16';
  /** The range of the codes; both planes of a ternary activation add up to one code. */
  low: number;
  high: number;
  steps: Float64Array;
  offsets: Float64Array;
}

/** A function of one number that rises or falls, for each channel. */
export interface Step {
  apply(x: number, channel: number): number;
  directions: Int8Array;
  isAffine: boolean;
}

/** A max-pool between an op and the place where its output is stored. */
export interface PendingPool {
  window: Extract<Op, { kind: 'max-pool' }>['window'];
  outputHeight: number;
  outputWidth: number;
  /** For each channel, how the pooled numbers follow the sum. */
  directions: Int8Array;
}

/** Integer sums of an op, and what the network does with them: elementwise functions and max-pools. */
export interface Sums extends Size {
  op: PendingOp;
  /** The range of the sums of each channel. */
  lows: Float64Array;
  highs: Float64Array;
  /** Turns a sum into the real number of the network; it rises or falls. */
  base: Step;
  steps: readonly Step[];
  pools: readonly PendingPool[];
  /** Returns the same sums with one scale for the weights of all filters; undefined if there is none. */
  withOneScale?: () => Sums | undefined;
  /** The step of each filter's weights; undefined if the scales of the input's channels are a part of them. */
  weightSteps?: Float64Array;
  /** The same sums of an input in other codes, which cost more, but of which 0 is a multiple. */
  alternatives?: readonly (() => Sums)[];
  /** The tensor that holds these numbers already, if nothing happens to them. */
  placed?: PlacedTensor;
}

/** Padding by a Pad node, which the next convolution takes over. */
export interface PendingPadding {
  top: number;
  bottom: number;
  left: number;
  right: number;
  value: number;
  /** The tensor before the Pad. */
  source: Pick<Value, 'name' | 'dims' | 'axes'>;
}

/** A tensor of the ONNX graph that depends on the input. */
export interface Value {
  /** The name in the ONNX graph. */
  name: string;
  dims: number[];
  /** For each axis of ONNX, the axes of the format that it runs over, the slowest first; those of size 1 are left out. */
  axes: readonly (readonly FormatAxis[])[];
  sums: Sums;
  padding?: PendingPadding;
}

/** Returns a step's direction after other steps. */
export function composed(directions: readonly Int8Array[], channel: number): Direction {
  return directions.reduce((product, each) => product * each[channel], 1 as number) as Direction;
}
