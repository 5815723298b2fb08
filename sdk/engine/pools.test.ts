/** Tests of pools inside convolutions, sliced weights and outputs in place: by hand, and files that every reader rejects. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { encodeModel } from '../format/encode.js';
import type { Convolution, Epilogue, Graph, Op, Window } from '../format/graph.js';
import { ModelError } from '../format/model-error.js';
import { parseModel } from '../format/parse.js';
import { referenceRun } from '../reference/reference.js';
import { boardEngine } from '../testing/board-engine.js';
import { reseal } from '../testing/mutations.js';
import { thrown } from '../testing/throws.js';
import { Engine } from './engine.js';
import { engineWasm } from './wasm.js';

const engines: Engine[] = [];
let board: Awaited<ReturnType<typeof boardEngine>>;
beforeAll(async () => {
  for (const build of ['mvp', 'simd'] as const) engines.push(await Engine.instantiate(engineWasm(build)));
  board = await boardEngine();
});

const square = (kernel: number): Window => ({
  ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: 1, strideX: 1 },
  ...{ paddingTop: 0, paddingLeft: 0 },
});
const size = (height: number, width = height) => ({ outputHeight: height, outputWidth: width });

function numbers(type: 'u8' | 'int16', filters: number, addend = 0): Epilogue {
  return {
    ...{ kind: 'fixed-point', type, shift: 0, addend },
    ...{ multipliers: new Int32Array(filters).fill(1), offsets: new BigInt64Array(filters) },
  };
}

/** Thresholds of 100: the second filter is inverted. */
const BITS: Epilogue = {
  ...{ kind: 'threshold', coupled: false },
  thresholds: [{ values: Int32Array.of(100, 100), invert: Uint8Array.of(0, 1) }],
};

function pointwise(epilogue: Epilogue, filters: number, side: number): Convolution {
  return {
    ...{ kind: 'int8-convolution', input: 0, window: square(1), ...size(side), filters },
    ...{ weights: new Int8Array(filters).fill(1), epilogue },
  };
}

function sums(input: number, kernel: number, channels: number): Convolution {
  return {
    ...{ kind: 'int8-convolution', input, window: square(kernel), ...size(1), filters: 1 },
    weights: new Int8Array(kernel * kernel * channels).fill(1),
    epilogue: { kind: 'sum', bias: new Int32Array(1) },
  };
}

const graphOf = (side: number, ...ops: Op[]): Graph => {
  return { input: { height: side, width: side, channels: 1 }, ops, outputScale: 1 };
};

/** Returns the output of an op after comparing all engines with the reference. */
function output(graph: Graph, image: number[], op: number): Uint8Array {
  const bytes = encodeModel(graph);
  const { layers } = referenceRun(parseModel(bytes), Uint8Array.from(image));
  for (const engine of engines) {
    engine.load(bytes);
    expect(engine.layers(Uint8Array.from(image))).toEqual(layers);
  }
  return layers[op];
}

const IMAGE = [1, 200, 3, 4, 5, 6, 7, 8, 9, 10, 110, 120, 13, 14, 150, 160];

describe('a pool inside a convolution', () => {
  it('keeps the largest number of each window', () => {
    const convolution = { ...pointwise(numbers('u8', 1), 1, 4), ...size(2) };
    const pool = { height: 2, width: 2, andMask: new Uint8Array() };
    expect([...output(graphOf(4, { ...convolution, pool }, sums(1, 2, 1)), IMAGE, 0)]).toEqual([
      200, 8, 14, 160,
    ]);
  });

  it('may have one row, and leave columns over', () => {
    const convolution = { ...pointwise(numbers('int16', 1), 1, 4), ...size(4, 1) };
    const pool = { height: 1, width: 3, andMask: new Uint8Array() };
    const last: Op = { ...sums(1, 1, 1), ...size(4, 1) };
    const stream = output(graphOf(4, { ...convolution, pool }, last), IMAGE, 0);
    expect([...new Int16Array(stream.buffer)]).toEqual([200, 7, 110, 150]);
  });

  it.each([
    [
      [0, 0],
      [0b11, 0b10, 0b10, 0b01],
    ],
    [
      [0, 1],
      [0b01, 0b10, 0b10, 0b01],
    ],
    [
      [1, 1],
      [0b00, 0b10, 0b10, 0b01],
    ],
  ])('takes OR of bits, or AND with the mask %j', (mask, expected) => {
    const convolution = { ...pointwise(BITS, 2, 4), ...size(2) };
    const pool = { height: 2, width: 2, andMask: Uint8Array.from(mask) };
    const image = [...IMAGE];
    image[10] = image[11] = 255;
    const bits = output(graphOf(4, { ...convolution, pool }, sums(1, 2, 2)), image, 0);
    expect([...new Uint32Array(bits.buffer)]).toEqual(expected);
  });
});

test('the first filter of each block of 32 is bit 0 of its words', () => {
  const filters = 33;
  const weights = new Int8Array(2 * filters).fill(-1);
  weights[2 * 32 + 1] = 1;
  const layer: Op = {
    ...{ kind: 'binary-convolution', input: 1, window: square(1), ...size(2), filters, weights },
    epilogue: numbers('int16', filters),
  };
  const graph = graphOf(2, pointwise(BITS, 2, 2), layer, sums(2, 2, filters));
  const stream = new Int16Array(output(graph, [0, 0, 255, 255], 1).buffer);
  // Dark pixels set the second channel, whose weight is +1 in filter 32 only; bright ones the first.
  expect([...stream.subarray(0, 33)]).toEqual([...new Array(32).fill(-1), 1]);
  expect([...stream.subarray(66, 99)]).toEqual(new Array(33).fill(-1));
});

describe('every reader rejects', () => {
  // 0: -> bits of 33 filters, pool 2x2; 1: binary -> 33 numbers; 2: pointwise in place; 3: + 2 in place;
  // 4: max-pool; 5: one logit
  const filters = 33;
  const bits: Epilogue = {
    ...{ kind: 'threshold', coupled: false },
    thresholds: [{ values: new Int32Array(filters), invert: new Uint8Array(filters) }],
  };
  const first: Convolution = {
    ...{ ...pointwise(bits, filters, 4), ...size(2) },
    pool: { height: 2, width: 2, andMask: new Uint8Array(filters) },
  };
  const binary = (epilogue: Epilogue): Op => ({
    ...{ kind: 'binary-convolution', input: 1, window: square(1), ...size(2), filters, epilogue },
    weights: new Int8Array(filters * filters).fill(1),
  });
  const bytes = encodeModel(
    graphOf(
      4,
      first,
      binary(numbers('int16', filters)),
      {
        ...{ kind: 'sum-pool', input: 2, window: square(1), ...size(2), filters },
        epilogue: numbers('int16', filters),
      },
      binary(numbers('int16', filters, 3)),
      { kind: 'max-pool', input: 4, window: square(1), ...size(2), andMask: new Uint8Array() },
      sums(5, 2, filters),
    ),
  );
  const view = new DataView(bytes.buffer);
  const ops = view.getUint32(layout.HEADER_SECTIONS, true);
  const field = (op: number, offset: number) => view.getUint32(ops + op * layout.OP_BYTES + offset, true);
  const place = (op: number) => field(op, layout.OP_OUTPUT_OFFSET);
  /** The last word of the masks of op 0: 33 thresholds, two words of directions, two of masks. */
  const mask = field(0, layout.OP_PARAMETERS) + 4 * (filters + 3);
  /** The second block of the weights of op 1. */
  const tail = field(1, layout.OP_WEIGHTS) + 4 * filters;

  type Change = (file: Uint8Array, record: (op: number) => DataView) => void;
  const set =
    (op: number, offset: number, value: number): Change =>
    (_, record) =>
      record(op).setUint8(offset, value);
  const move =
    (op: number, to: number): Change =>
    (_, record) =>
      record(op).setUint32(layout.OP_OUTPUT_OFFSET, to, true);

  it.each<[string, number, number, ...Change[]]>([
    ['a pool of no rows', layout.INVALID_WINDOW, 0, set(0, layout.OP_POOL_HEIGHT, 0)],
    ['a pool of no columns of an op without one', layout.INVALID_WINDOW, 4, set(4, layout.OP_POOL_WIDTH, 0)],
    ['a pool that is larger than the image', layout.INVALID_WINDOW, 0, set(0, layout.OP_POOL_WIDTH, 3)],
    [
      'a pool whose rows fill 32 bits',
      layout.INVALID_WINDOW,
      0,
      set(0, layout.OP_POOL_HEIGHT, 255),
      set(0, layout.OP_STRIDE_Y, 255),
      (_, record) => record(0).setUint16(layout.OP_OUTPUT_HEIGHT, 65535, true),
    ],
    ['a pool of numbers that are added', layout.INVALID_WINDOW, 3, set(3, layout.OP_POOL_WIDTH, 2)],
    ['a pool inside a sum-pool', layout.INVALID_WINDOW, 2, set(2, layout.OP_POOL_WIDTH, 2)],
    ['a pool inside a max-pool', layout.INVALID_WINDOW, 4, set(4, layout.OP_POOL_HEIGHT, 2)],
    ['a pool of logits', layout.INVALID_WINDOW, 5, set(5, layout.OP_POOL_HEIGHT, 2)],
    ['a byte that is reserved', layout.INVALID_RESERVED, 0, set(0, layout.OP_RESERVED, 1)],
    ['a mask beyond the last filter', layout.INVALID_PARAMETERS, 0, (file) => file.fill(2, mask, mask + 1)],
    [
      'a weight beyond the last filter',
      layout.INVALID_WEIGHT_TAIL,
      1,
      (file) => file.fill(3, tail + 4 * 32, tail + 4 * 32 + 1),
    ],
    [
      'weights that end with the section',
      layout.INVALID_WEIGHTS,
      5,
      (_, record) => record(5).setUint32(layout.OP_WEIGHTS, field(5, layout.OP_WEIGHTS) + 4, true),
    ],
    ['an output beside the place of its addend', layout.INVALID_OVERWRITTEN, 3, move(3, place(3) + 4)],
    [
      'an output beside the place of its input',
      layout.INVALID_OVERWRITTEN,
      2,
      move(2, place(2) + 4),
      move(3, place(2) + 4),
    ],
    ['a convolution in the place of its input', layout.INVALID_OVERWRITTEN, 1, move(1, place(0))],
    ['a max-pool in the place of its input', layout.INVALID_OVERWRITTEN, 4, move(4, place(3))],
    [
      'an output in the place of an input that is read later',
      layout.INVALID_OVERWRITTEN,
      2,
      (_, record) => record(3).setUint16(layout.OP_ADDEND, 2, true),
    ],
  ])('%s', (_, number, op, ...changes) => {
    const changed = bytes.slice();
    const record = (index: number) =>
      new DataView(changed.buffer, ops + index * layout.OP_BYTES, layout.OP_BYTES);
    for (const change of changes) change(changed, record);
    reseal(changed);
    for (const read of [parseModel, ...engines.map((engine) => (file: Uint8Array) => engine.load(file))]) {
      const error = thrown(() => read(changed));
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ number, op });
    }
    for (const inPlace of [false, true]) expect(board.load(changed, inPlace)).toBe(number | ((op + 1) << 8));
  });

  it('and accepts the unchanged file, with two outputs in place', () => {
    expect([place(2), place(3)]).toEqual([place(1), place(1)]);
    expect(parseModel(bytes).ops).toHaveLength(6);
    for (const engine of engines) engine.load(bytes);
    for (const inPlace of [false, true]) expect(board.load(bytes, inPlace)).toBe(layout.VALID);
  });
});
