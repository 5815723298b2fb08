import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs } from '../testing/random-graph.js';
import { planArena } from './arena.js';
import { encodeModel } from './encode.js';
import { opInputs } from './graph.js';
import { parseModel } from './parse.js';
import { type Shape, tensorBytes } from './tensor.js';

const bytes = (count: number): Shape => ({ height: 1, width: 1, channels: count, type: 'u8', planes: 1 });

test('a chain needs no more than its two largest neighbors', () => {
  const plan = planArena([bytes(64), bytes(32), bytes(48), bytes(16)], [[0], [1], [2]]);
  expect(plan).toMatchObject({ offsets: [0, 64, 0, 48], bytes: 96 });
});

test('a tensor that is read later stays', () => {
  const plan = planArena([bytes(16), bytes(16), bytes(16), bytes(16)], [[0], [1], [0]]);
  expect(plan.offsets).toEqual([0, 16, 32, 16]);
});

test('a tensor with two readers stays until the last of them', () => {
  const plan = planArena([bytes(16), bytes(16), bytes(16), bytes(16)], [[0], [1], [2, 1]]);
  expect(plan.offsets).toEqual([0, 16, 0, 32]);
});

const stream = (count: number): Shape => ({ ...bytes(count), type: 'int16' });

test('a sum takes the place of its addend, and the next sum the place of that one', () => {
  const shapes = [bytes(16), stream(8), stream(8), bytes(64), stream(8)];
  const { offsets, bytes: size } = planArena(shapes, [[0], [0, 1], [2], [3, 2]]);
  expect(offsets[2]).toBe(offsets[1]);
  expect(offsets[4]).toBe(offsets[1]);
  expect(size).toBe(16 + 64);
});

test.each([
  ['is read later', [bytes(16), stream(8), stream(8), bytes(8)], [[0], [0, 1], [1]]],
  ['is the input too', [bytes(16), stream(8), stream(8)], [[0], [1, 1]]],
  ['has fewer channels', [bytes(16), stream(8), stream(16)], [[0], [0, 1]]],
  ['has another type', [bytes(16), stream(8), bytes(8)], [[0], [0, 1]]],
])('a sum does not take the place of an addend that %s', (_, shapes, reads) => {
  const { offsets } = planArena(shapes, reads);
  expect(offsets[2]).not.toBe(offsets[1]);
});

test('the place of the image is used again', () => {
  expect(planArena([bytes(64), bytes(32), bytes(64)], [[0], [1]]).bytes).toBe(96);
});

test('no order of placement but a good one needs only the tensors of one moment', () => {
  // In the order of execution the third tensor would lie between the second and the fifth.
  const shapes = [bytes(32), bytes(16), bytes(32), bytes(48), bytes(64), bytes(16)];
  const reads = [[0], [0], [1], [2, 3], [4, 3]];
  const most = Math.max(...[...momentBytes(shapes, reads)]);
  expect(planArena(shapes, reads).bytes).toBe(most);
});

test('scratch memory lies beside the tensors of its op, and where others were', () => {
  const plan = planArena([bytes(64), bytes(32), bytes(16)], [[0], [1]], [16, 64]);
  expect(plan.bytes).toBe(112);
  expect(overlap([plan.scratchOffsets[0], 16], [plan.offsets[0], 64])).toBe(false);
  expect(overlap([plan.scratchOffsets[0], 16], [plan.offsets[1], 32])).toBe(false);
  expect(overlap([plan.scratchOffsets[1], 64], [plan.offsets[1], 32])).toBe(false);
  expect(overlap([plan.scratchOffsets[1], 64], [plan.offsets[2], 16])).toBe(false);
});

function overlap([a, aBytes]: [number, number], [b, bBytes]: [number, number]): boolean {
  return a < b + bBytes && b < a + aBytes;
}

/** Yields the bytes that are needed while each op runs. */
function* momentBytes(shapes: Shape[], reads: number[][]): Generator<number> {
  for (let op = 0; op < reads.length; op++) {
    const needed = shapes.filter((_, tensor) => {
      return tensor - 1 === op || (tensor - 1 < op && reads.slice(op).some((read) => read.includes(tensor)));
    });
    yield needed.reduce((sum, shape) => sum + tensorBytes(shape), 0);
  }
}

test('plans of random networks are valid: only a sum overlaps a tensor that is still needed, its addend', () => {
  let inPlace = 0;
  fc.assert(
    fc.property(graphs, (graph) => {
      const { tensors, ops } = parseModel(encodeModel(graph));
      ops.forEach((op, reader) => {
        const [, addend] = opInputs(op);
        if (addend && tensors[addend].offset === tensors[reader + 1].offset) inPlace++;
      });
    }),
    { numRuns: 400 },
  );
  expect(inPlace).toBeGreaterThan(5);
});
