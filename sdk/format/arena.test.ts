import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs } from '../testing/random-graph.js';
import { planArena } from './arena.js';
import { opInputs, tensorShapes } from './graph.js';
import { type Shape, tensorBytes } from './tensor.js';

const bytes = (count: number): Shape => ({ height: 1, width: 1, channels: count, type: 'u8', planes: 1 });

test('a chain needs no more than its two largest neighbors', () => {
  const plan = planArena([bytes(64), bytes(32), bytes(48), bytes(16)], [[0], [1], [2]]);
  expect(plan).toEqual({ offsets: [0, 64, 0, 48], bytes: 96 });
});

test('a tensor that is read later stays', () => {
  const plan = planArena([bytes(16), bytes(16), bytes(16), bytes(16)], [[0], [1], [0]]);
  expect(plan.offsets).toEqual([0, 16, 32, 16]);
});

test('a tensor with two readers stays until the last of them', () => {
  const plan = planArena([bytes(16), bytes(16), bytes(16), bytes(16)], [[0], [1], [2, 1]]);
  expect(plan.offsets).toEqual([0, 16, 0, 32]);
});

test('tensors needed at the same time never overlap, in networks of any shapes, skips included', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const shapes = tensorShapes(graph);
      const { offsets, bytes: arenaBytes } = planArena(shapes, graph.ops.map(opInputs));
      const end = (tensor: number) => offsets[tensor] + tensorBytes(shapes[tensor]);
      graph.ops.forEach((op, reader) => {
        expect(end(reader + 1)).toBeLessThanOrEqual(arenaBytes);
        for (const read of opInputs(op)) {
          for (let written = read + 1; written <= reader + 1; written++) {
            expect(end(read) <= offsets[written] || end(written) <= offsets[read]).toBe(true);
          }
        }
      });
    }),
  );
});
