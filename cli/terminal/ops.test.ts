import { encodeModel, type Graph, parseModel } from '@bd-edge/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs, random, randomGraph } from '../../sdk/testing/random-graph.js';
import { describeOps } from './ops.js';

test('the bytes of all ops add up to those of the file', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const model = parseModel(encodeModel(graph));
      const ops = describeOps(model);
      const sum = (value: (op: (typeof ops)[number]) => number) =>
        ops.reduce((total, op) => total + value(op), 0);
      expect(sum(({ parameterBytes }) => parameterBytes)).toBe(model.parameterBytes);
      expect(sum(({ weightBytes }) => 4 * Math.ceil(weightBytes / 4))).toBe(model.weightBytes);
    }),
  );
});

test('a pool inside a convolution is a part of its title', () => {
  const titles = [...Array(100).keys()].flatMap((seed) => {
    const model = parseModel(encodeModel(randomGraph(random(seed), 3)));
    return describeOps(model).flatMap(({ title, pool }) => (pool ? [{ title, pool }] : []));
  });
  expect(titles.length).toBeGreaterThan(10);
  for (const { title, pool } of titles)
    expect(title).toMatch(new RegExp(`^(int8|binary) conv .*, max-pool ${pool.height}x${pool.width}$`));
});

test('pools and pointwise ops have different titles', () => {
  const size = { outputHeight: 4, outputWidth: 4 };
  const window = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const stream = {
    kind: 'fixed-point',
    type: 'int16',
    multipliers: Int32Array.of(1),
    offsets: BigInt64Array.of(0n),
    shift: 0,
  } as const;
  const graph: Graph = {
    input: { height: 4, width: 4, channels: 1 },
    ops: [
      { kind: 'sum-pool', input: 0, window, ...size, filters: 1, epilogue: { ...stream, addend: 0 } },
      {
        kind: 'int8-convolution',
        input: 1,
        window,
        ...size,
        filters: 1,
        weights: Int8Array.of(1),
        epilogue: { ...stream, addend: 1 },
      },
      {
        kind: 'sum-pool',
        input: 2,
        window: { ...window, kernelHeight: 4, kernelWidth: 4 },
        outputHeight: 1,
        outputWidth: 1,
        filters: 1,
        epilogue: { kind: 'sum', bias: Int32Array.of(0) },
      },
    ],
    outputScale: 1,
  };
  const ops = describeOps(parseModel(encodeModel(graph)));
  expect(ops.map(({ title }) => title)).toEqual(['pointwise', 'int8 conv 1x1 + op 0', 'sum-pool 4x4']);
  expect(ops.map(({ kernel }) => kernel.name)).toEqual(['sums', 'pairs', 'sums']);
});
