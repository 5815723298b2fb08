import { encodeModel, type Graph, type Model } from '@bd-edge/sdk';

/** Returns whether an op has integer sums that thresholds turn into bits. */
export function hasThresholds(model: Model, op: number): boolean {
  const layer = model.ops[op];
  return layer.kind !== 'max-pool' && layer.epilogue.kind === 'threshold';
}

/**
 * Returns a network that ends with the sums of op `op`. Its logits are the integers that are compared with the
 * thresholds, [y][x][filter]. The inspector therefore shows what the engine computed, without a second implementation.
 *
 * @throws {RangeError} if the op has no sums
 */
export function encodeSums(model: Model, op: number): Uint8Array {
  const last = model.ops[op];
  if (last === undefined || last.kind === 'max-pool')
    throw new RangeError(`Op ${op} has no sums; ask for a convolution.`);
  const graph: Graph = {
    input: model.input,
    ops: [
      ...model.ops.slice(0, op),
      { ...last, epilogue: { kind: 'sum', bias: new Int32Array(last.filters) } },
    ],
    outputScale: 1,
  };
  return encodeModel(graph);
}
