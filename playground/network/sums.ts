import { computedSize, encodeModel, type Graph, type Model, type Op } from '@bd-edge/sdk/internal';

/** Returns whether an op has integer sums that thresholds turn into bits. */
export function hasThresholds(model: Model, op: number): boolean {
  const layer = model.ops[op];
  return layer.kind !== 'max-pool' && layer.epilogue.kind === 'threshold';
}

/**
 * Returns a network that ends with the sums of op `op`. Its logits are the integers that are compared with the
 * thresholds, [y][x][filter], before the pool of the op if it has one. The inspector therefore shows what the engine computed, without a second implementation.
 *
 * @throws {RangeError} if the op has no sums
 */
export function encodeSums(model: Model, op: number): Uint8Array {
  const last = model.ops[op];
  if (last === undefined || last.kind === 'max-pool')
    throw new RangeError(`Op ${op} has no sums; ask for a convolution.`);
  const { height, width } = computedSize(last);
  const sums: Op = {
    ...last,
    ...{ outputHeight: height, outputWidth: width },
    epilogue: { kind: 'sum', bias: new Int32Array(last.filters) },
  };
  if ('pool' in sums) delete sums.pool;
  const graph: Graph = { input: model.input, ops: [...model.ops.slice(0, op), sums], outputScale: 1 };
  return encodeModel(graph);
}
