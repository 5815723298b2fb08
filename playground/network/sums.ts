import { encodeModel, type Graph, type Model } from '@bd-edge/sdk';

/** Whether an op has integer sums that thresholds cut into bits. */
export function hasThresholds(model: Model, op: number): boolean {
  const node = model.nodes[op];
  return node.kind !== 'max-pool' && node.epilogue.kind === 'threshold';
}

/**
 * A network that ends where op `op` has its sums: run by any engine, its logits are the integers that meet the
 * thresholds, [y][x][filter]. So what the inspector shows is what the engine computed, and no second implementation.
 *
 * @throws {RangeError} if the op has no sums
 */
export function encodeSums(model: Model, op: number): Uint8Array {
  const last = model.nodes[op];
  if (last === undefined || last.kind === 'max-pool')
    throw new RangeError(`Op ${op} has no sums; ask for a convolution.`);
  const graph: Graph = {
    input: model.input,
    nodes: [
      ...model.nodes.slice(0, op),
      { ...last, epilogue: { kind: 'sum', bias: new Int32Array(last.filters) } },
    ],
    outputScale: 1,
  };
  return encodeModel(graph);
}
