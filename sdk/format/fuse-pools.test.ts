import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { referenceRun } from '../reference/reference.js';
import { kernelGraphs } from '../testing/kernel-graph.js';
import { graphs, random, randomGraph, randomImage } from '../testing/random-graph.js';
import { encodeModel } from './encode.js';
import { fusePools } from './fuse-pools.js';
import type { Convolution, Epilogue, Graph, Op, Window } from './graph.js';
import { parseModel } from './parse.js';

/** Compares every tensor of a graph that still exists with that of the fused graph. */
function expectSameValues(graph: Graph, seed: number): number {
  const { graph: fused, opOf } = fusePools(graph);
  const image = randomImage(random(seed), graph);
  const before = referenceRun(parseModel(encodeModel(graph)), image);
  const after = referenceRun(parseModel(encodeModel(fused)), image);
  opOf.forEach((op, index) => {
    if (opOf.lastIndexOf(op) === index) expect(after.layers[op]).toEqual(before.layers[index]);
  });
  expect(after.logits).toEqual(before.logits);
  return graph.ops.length - fused.ops.length;
}

test.each([
  ['networks of any shapes', graphs],
  ['networks with shapes of the kernels', kernelGraphs],
])('%s give the same values with fused pools', (_, generated) => {
  let moved = 0;
  fc.assert(
    fc.property(generated, fc.integer(), (graph, seed) => {
      moved += expectSameValues(graph, seed);
    }),
    // So many that pools are moved in some of them.
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(0);
});

describe('a pool', () => {
  const square = (kernel: number, stride = kernel): Window => ({
    ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride },
    ...{ paddingTop: 0, paddingLeft: 0 },
  });
  const size = (side: number) => ({ outputHeight: side, outputWidth: side });
  const numbers = (addend = 0): Epilogue => ({
    ...{ kind: 'fixed-point', type: 'int16', shift: 0, addend },
    ...{ multipliers: Int32Array.of(1), offsets: BigInt64Array.of(0n) },
  });
  const convolution = (input: number, side: number): Convolution => ({
    ...{ kind: 'int8-convolution', input, window: square(1), ...size(side), filters: 1 },
    ...{ weights: Int8Array.of(3), epilogue: numbers() },
  });
  const pool = (input: number, window: Window, side: number): Op => {
    return { kind: 'max-pool', input, window, ...size(side), andMask: new Uint8Array() };
  };
  const last = (input: number): Extract<Op, { kind: 'sum-pool' }> => ({
    ...{ kind: 'sum-pool', input, window: square(1), ...size(1), filters: 1 },
    epilogue: { kind: 'sum', bias: new Int32Array(1) },
  });
  const graphOf = (...ops: Op[]): Graph => {
    return { input: { height: 5, width: 5, channels: 1 }, ops, outputScale: 1 };
  };

  it('becomes a part of its convolution, also where rows are left over', () => {
    const { graph, opOf } = fusePools(graphOf(convolution(0, 5), pool(1, square(2), 2), last(2)));
    expect(opOf).toEqual([0, 0, 1]);
    expect(graph.ops).toEqual([
      { ...convolution(0, 5), ...size(2), pool: { height: 2, width: 2, andMask: new Uint8Array() } },
      last(1),
    ]);
  });

  it('moves over ops that lie between, whose addends get other numbers', () => {
    const between: Op = { ...last(0), ...size(5), epilogue: numbers() };
    const sum: Op = { ...last(3), ...size(2), epilogue: numbers(3) };
    const { graph, opOf } = fusePools(
      graphOf(convolution(0, 5), between, pool(1, square(2), 2), sum, last(4)),
    );
    expect(opOf).toEqual([0, 1, 0, 2, 3]);
    expect(graph.ops.map(({ input }) => input)).toEqual([0, 0, 1, 3]);
    expect(graph.ops[2]).toMatchObject({ epilogue: { addend: 1 } });
  });

  it.each<[string, Graph]>([
    ['whose windows overlap', graphOf(convolution(0, 5), pool(1, square(2, 1), 4), last(2))],
    ['whose windows have one pixel', graphOf(convolution(0, 5), pool(1, square(1), 5), last(2))],
    [
      'with padding',
      graphOf(convolution(0, 5), pool(1, { ...square(2), paddingTop: 1, paddingLeft: 1 }, 3), last(2)),
    ],
    ['that reaches beyond the border', graphOf(convolution(0, 5), pool(1, square(2), 3), last(2))],
    ['beside another reader', graphOf(convolution(0, 5), pool(1, square(2), 2), last(1))],
    ['of the image', graphOf(pool(0, square(2), 2), last(1))],
    ['behind a pool', graphOf(convolution(0, 5), pool(1, square(2), 2), pool(2, square(2), 1), last(3))],
  ])('%s stays an op', (name, graph) => {
    const { ops } = fusePools(graph).graph;
    expect(ops.filter(({ kind }) => kind === 'max-pool')).toHaveLength(1);
    if (name === 'behind a pool') expect(ops).toHaveLength(3);
    else expect(ops).toEqual(graph.ops);
  });

  it('of a sum with an addend stays an op', () => {
    const added: Op = { ...convolution(1, 5), epilogue: numbers(1) };
    const graph = graphOf(convolution(0, 5), added, pool(2, square(2), 2), last(3));
    expect(fusePools(graph).graph.ops).toEqual(graph.ops);
  });
});

test('a graph without pools stays as it is', () => {
  const graph = randomGraph(random(5), 0);
  expect(fusePools(graph)).toEqual({ graph, opOf: graph.ops.map((_, index) => index) });
});
