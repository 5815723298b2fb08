/**
 * What a layer makes, on its way into the buffer's graph:
 *
 * - a *tensor*: the image, packed activations or a stream, with a place in the graph;
 * - *sums*: a convolution's integers, or a pool's, and what has happened to them since (pooling, batch norm). They have
 *   no place in the graph, because a sum only exists between an op and its epilogue;
 * - *cuts*: sums behind one or two activations. Only when a next layer reads them does the op enter the graph;
 * - a *padded* stream: a stream with zero channels behind its own, until it is added to something.
 *
 * A decoupled network has many layers twice, one a branch. The two make one value of two *copies*: one op, whose sums
 * become two bits or two numbers each, as its channels [all first | all second]. Where both branches read the same
 * layer, its value still has one copy.
 */
import type { Epilogue, Op, Threshold } from '@bd-edge/sdk/internal';
import type { ChannelNorm } from './fold.js';
import type { PlacedWindow } from './window.js';

export type Copies = 1 | 2;

export interface TensorValue {
  kind: 'tensor';
  /** Number of the tensor in the graph. */
  index: number;
  height: number;
  width: number;
  /** Of one copy. */
  channels: number;
  copies: Copies;
  /** The magnitude that a layer meets: bits, bits where two planes are coupled, bytes, a stream. */
  largest: 1 | 2 | 255 | 32768;
  /** What one bit, one gray level or one fixed-point step stands for. */
  step: number;
}

export interface PaddedValue {
  kind: 'padded';
  stream: TensorValue;
}

export interface SumsValue {
  kind: 'sums';
  op: PendingOp;
  copies: Copies;
  /** Of one copy. */
  channels: number;
  /** Behind the op, in their order. */
  pools: Pool[];
  /** [copies][channels] */
  norms: ChannelNorm[] | undefined;
}

export interface CutsValue {
  kind: 'cuts';
  op: PendingOp;
  copies: Copies;
  pools: Pool[];
  cuts: Threshold[];
  /** What one bit stands for. */
  step: number;
  coupled: boolean;
}

export type Value = TensorValue | PaddedValue | SumsValue | CutsValue;

type WithoutEpilogue<Kind> = Kind extends { epilogue: Epilogue } ? Omit<Kind, 'epilogue'> : never;

/** An op whose thresholds, or multipliers, are not known yet. */
export interface PendingOp {
  node: WithoutEpilogue<Op>;
  /** [filters] */
  bias: Int32Array;
  /** What one step of the sums stands for. */
  unit: number;
  /** What each filter's sums have to be multiplied by first, where filters have scales of their own. */
  gains?: Float64Array;
  /** No sum is larger. */
  limit: number;
}

export interface Pool extends PlacedWindow {
  /** Pooled sums; otherwise what comes out of the batch norm or the activation is pooled. */
  beforeNorm: boolean;
}

/** Height and width behind all pools. */
export function sizeOf({ op, pools }: SumsValue | CutsValue): [number, number] {
  const { outputHeight, outputWidth } = pools.at(-1) ?? op.node;
  return [outputHeight, outputWidth];
}
