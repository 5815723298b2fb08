import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs } from '../testing/random-graph.js';
import { planArena } from './arena.js';
import { tensorShapes } from './graph.js';
import { type Shape, tensorBytes } from './tensor.js';

const bytes = (count: number): Shape => ({ height: 1, width: 1, channels: count, type: 'u8', planes: 1 });

test('a chain needs no more than its two largest neighbours', () => {
  const plan = planArena([bytes(64), bytes(32), bytes(48), bytes(16)], [0, 1, 2]);
  expect(plan).toEqual({ offsets: [0, 64, 0, 48], bytes: 96 });
});

test('a tensor that is read later stays', () => {
  const plan = planArena([bytes(16), bytes(16), bytes(16), bytes(16)], [0, 1, 0]);
  expect(plan.offsets).toEqual([0, 16, 32, 16]);
});

test('tensors needed at the same time never overlap, in chains of any shapes', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const shapes = tensorShapes(graph);
      const { offsets, bytes: arenaBytes } = planArena(
        shapes,
        graph.nodes.map((node) => node.input),
      );
      for (let op = 0; op < graph.nodes.length; op++) {
        const [from, to] = [op, op + 1];
        const apart =
          offsets[from] + tensorBytes(shapes[from]) <= offsets[to] ||
          offsets[to] + tensorBytes(shapes[to]) <= offsets[from];
        expect(apart).toBe(true);
        expect(offsets[to] + tensorBytes(shapes[to])).toBeLessThanOrEqual(arenaBytes);
      }
    }),
  );
});
