import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs } from '../testing/random-graph.js';
import { type ArenaPlan, planArena } from './arena.js';
import { encodeModel } from './encode.js';
import { type Op, opInputs } from './graph.js';
import { parseModel } from './parse.js';
import { type Shape, tensorBytes } from './tensor.js';

const bytes = (count: number): Shape => ({ height: 1, width: 1, channels: count, type: 'u8', planes: 1 });
const stream = (count: number): Shape => ({ ...bytes(count), type: 'int16' });

/** Plans for ops of which only the tensors matter: the input and, if there is one, the addend. */
function plan(shapes: Shape[], reads: number[][], scratch?: number[]): ArenaPlan {
  const ops = reads.map(([input, addend = 0]) => sumPool(input, addend, 2, 1));
  return planArena(shapes, ops, scratch);
}

function sumPool(input: number, addend: number, kernel: number, filters: number): Op {
  const [multipliers, offsets] = [new Int32Array(filters), new BigInt64Array(filters)];
  return {
    ...{ kind: 'sum-pool', input, filters, outputHeight: 1, outputWidth: 1 },
    window: {
      ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: 1, strideX: 1 },
      ...{ paddingTop: 0, paddingLeft: 0 },
    },
    epilogue: { kind: 'fixed-point', type: 'int16', shift: 0, multipliers, offsets, addend },
  };
}

test('a chain needs no more than its two largest neighbors', () => {
  const placed = plan([bytes(64), bytes(32), bytes(48), bytes(16)], [[0], [1], [2]]);
  expect(placed).toMatchObject({ offsets: [0, 64, 0, 48], bytes: 96 });
});

test('a tensor that is read later stays', () => {
  const placed = plan([bytes(16), bytes(16), bytes(16), bytes(16)], [[0], [1], [0]]);
  expect(placed.offsets).toEqual([0, 16, 32, 16]);
});

test('a tensor with two readers stays until the last of them', () => {
  const placed = plan([bytes(16), bytes(16), bytes(16), bytes(32)], [[0], [1], [2, 1]]);
  expect(placed.offsets).toEqual([0, 16, 0, 32]);
});

test('a sum takes the place of its addend, and the next sum the place of that one', () => {
  const shapes = [bytes(16), stream(8), stream(8), bytes(64), stream(8)];
  const { offsets, bytes: size } = plan(shapes, [[0], [0, 1], [2], [3, 2]]);
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
  const { offsets } = plan(shapes, reads);
  expect(offsets[2]).not.toBe(offsets[1]);
});

const whole = bytes(32);

test.each<[string, Shape, Shape, Op, boolean]>([
  ['of single bytes', whole, whole, sumPool(1, 0, 1, 32), true],
  ['of windows', whole, whole, sumPool(1, 0, 2, 32), false],
  ['of two copies', whole, whole, sumPool(1, 0, 1, 16), false],
  ['with another type', whole, stream(32), sumPool(1, 0, 1, 32), false],
  ['of single numbers that are added too', stream(8), stream(8), sumPool(1, 1, 1, 8), true],
])('a sum-pool %s takes the place of its input: %#', (_, input, output, op, expected) => {
  const { offsets } = planArena([bytes(16), input, output], [sumPool(0, 0, 2, 1), op]);
  expect(offsets[2] === offsets[1]).toBe(expected);
});

test('the place of the image is used again', () => {
  expect(plan([bytes(64), bytes(32), bytes(64)], [[0], [1]]).bytes).toBe(96);
});

test('no order of placement but a good one needs only the tensors of one moment', () => {
  // In the order of execution the third tensor would lie between the second and the fifth.
  const shapes = [bytes(32), bytes(16), bytes(32), bytes(48), bytes(64), bytes(16)];
  const reads = [[0], [0], [1], [2, 3], [4, 3]];
  const most = Math.max(...[...momentBytes(shapes, reads)]);
  expect(plan(shapes, reads).bytes).toBe(most);
});

test('scratch memory lies beside the tensors of its op, and where others were', () => {
  const placed = plan([bytes(64), bytes(32), bytes(16)], [[0], [1]], [16, 64]);
  expect(placed.bytes).toBe(112);
  expect(overlap([placed.scratchOffsets[0], 16], [placed.offsets[0], 64])).toBe(false);
  expect(overlap([placed.scratchOffsets[0], 16], [placed.offsets[1], 32])).toBe(false);
  expect(overlap([placed.scratchOffsets[1], 64], [placed.offsets[1], 32])).toBe(false);
  expect(overlap([placed.scratchOffsets[1], 64], [placed.offsets[2], 16])).toBe(false);
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

test('plans of random networks are valid, and some outputs replace an input', () => {
  const inPlace = [0, 0];
  fc.assert(
    fc.property(graphs, (graph) => {
      const { tensors, ops } = parseModel(encodeModel(graph));
      ops.forEach((op, reader) => {
        opInputs(op).forEach((tensor, role) => {
          if (tensors[tensor].offset === tensors[reader + 1].offset) inPlace[role]++;
        });
      });
    }),
    { numRuns: 400 },
  );
  expect(Math.min(...inPlace)).toBeGreaterThan(5);
});
