/**
 * The values that flow between layers while a model is lowered:
 *
 * - A *tensor* is the image, packed activations or a stream. It has a place in the graph.
 * - *Sums* are the integers of a convolution or an average, with the pools and the batch norm behind them.
 *   They have no place in the graph, because sums exist only between an op and its epilogue.
 * - *Bits* are sums behind one or two activations. Their op enters the graph when the next layer reads them.
 * - A *padded* stream is a stream with zero channels behind its own, until it is added to something.
 *
 * A decoupled network has many layers twice, one in each branch. The two make one value of two *copies*: one
 * op, whose sums become two bits or two numbers each, with the channels [all first | all second]. A layer
 * that both branches read still has one copy.
 */
import type { Epilogue, Op, Threshold } from '@bd-edge/sdk/internal';
import type { ChannelNorm } from './channel-norm.js';
import type { PlacedWindow } from './window.js';

export type Copies = 1 | 2;

export interface TensorValue {
  kind: 'tensor';
  /** The number of the tensor in the graph; 0 is the image. */
  index: number;
  height: number;
  width: number;
  /** The channels of one copy. */
  channels: number;
  copies: Copies;
  /**
   * The largest magnitude: 1 for bits, 2 for the two planes of a coupled activation, 255 for bytes, 32768 for
   * a stream.
   */
  largest: 1 | 2 | 255 | 32768;
  /** The real value of one bit, one gray level or one fixed-point step. */
  step: number;
}

export interface PaddedValue {
  kind: 'padded';
  stream: TensorValue;
}

export interface SumsValue {
  kind: 'sums';
  pending: PendingOp;
  copies: Copies;
  /** The channels of one copy. */
  channels: number;
  /** The max-pools behind the op, in order. */
  pools: Pool[];
  /** [copies][channels] */
  norms: ChannelNorm[] | undefined;
}

export interface BitsValue {
  kind: 'bits';
  pending: PendingOp;
  copies: Copies;
  pools: Pool[];
  thresholds: Threshold[];
  /** The real value of one bit. */
  step: number;
  coupled: boolean;
}

export type Value = TensorValue | PaddedValue | SumsValue | BitsValue;

type WithoutEpilogue<Kind> = Kind extends { epilogue: Epilogue } ? Omit<Kind, 'epilogue'> : never;

/** An op whose epilogue is not known yet. */
export interface PendingOp {
  op: WithoutEpilogue<Op>;
  /** [filters] */
  bias: Int32Array;
  /** The real value of 1 in the sums. */
  unit: number;
  /** The factor that each filter's sums are multiplied by first, where filters have their own scales. */
  gains?: Float64Array;
  /** The bound of a sum's magnitude. */
  limit: number;
}

export interface Pool extends PlacedWindow {
  /** Whether sums are pooled. Otherwise the output of the batch norm or of the activation is pooled. */
  beforeNorm: boolean;
}

/** Returns height and width behind all pools. */
export function sizeOf({ pending, pools }: SumsValue | BitsValue): [number, number] {
  const { outputHeight, outputWidth } = pools.at(-1) ?? pending.op;
  return [outputHeight, outputWidth];
}

/** Whether a value is a stream of fixed-point numbers with a step. */
export function isStream(value: Value, step: number): value is TensorValue | PaddedValue {
  const stream = value.kind === 'padded' ? value.stream : value;
  return stream.kind === 'tensor' && stream.largest === 32768 && stream.step === step;
}
