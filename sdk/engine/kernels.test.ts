import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeModel } from '../format/encode.js';
import type { Convolution, Graph, Op, Threshold, Window } from '../format/graph.js';
import { parseModel } from '../format/parse.js';
import { referenceRun } from '../reference/reference.js';
import { kernelGraph } from '../testing/kernel-graph.js';
import { random, randomImage } from '../testing/random-graph.js';
import { Engine } from './engine.js';
import { kernelOf } from './kernels.js';
import { engineWasm } from './wasm.js';

const SIZE = 5;
const same: Window = {
  kernelHeight: 3,
  kernelWidth: 3,
  strideY: 1,
  strideX: 1,
  paddingTop: 1,
  paddingLeft: 1,
};

function threshold(values: number[], invert = 0): Threshold {
  return {
    values: Int32Array.from(values),
    invert: new Uint8Array(values.length).fill(invert),
  };
}

/**
 * A graph whose activations are all 1: a binary layer, half of its filters all +1 and half all -1, then
 * sums.
 */
function extreme(channels: number, changes: Partial<Window> = {}, filters = 16, size = SIZE): Graph {
  const signs = Array.from({ length: filters }, (_, filter) => (filter < filters / 2 ? 1 : -1));
  const window = { ...same, ...changes };
  const full = window.kernelHeight * window.kernelWidth * channels;
  const ends = [full, full - 1, full + 1, 0, 1, -1, 6 * channels, 2 ** 31 - 1];
  const thresholds = signs.map((sign, filter) => sign * ends[filter % ends.length]);
  const outputs = Math.ceil(size / window.strideY);
  const place = { outputHeight: size, outputWidth: size };
  const ops: Op[] = [
    {
      ...place,
      kind: 'int8-convolution',
      input: 0,
      window: { ...same, kernelHeight: 1, kernelWidth: 1, paddingTop: 0, paddingLeft: 0 },
      filters: channels,
      weights: new Int8Array(channels).fill(1),
      epilogue: {
        kind: 'threshold',
        coupled: false,
        thresholds: [threshold(new Array<number>(channels).fill(-(2 ** 31)))],
      },
    },
    {
      outputHeight: outputs,
      outputWidth: outputs,
      kind: 'binary-convolution',
      input: 1,
      window,
      filters,
      weights: Int8Array.from(signs.flatMap((sign) => new Array<number>(full).fill(sign))),
      epilogue: {
        kind: 'threshold',
        coupled: true,
        thresholds: [threshold(thresholds), threshold(thresholds, 1)],
      },
    },
    {
      kind: 'binary-convolution',
      input: 2,
      window: { ...same, kernelHeight: outputs, kernelWidth: outputs, paddingTop: 0, paddingLeft: 0 },
      outputHeight: 1,
      outputWidth: 1,
      filters: 3,
      weights: new Int8Array(3 * outputs * outputs * filters).fill(1),
      epilogue: { kind: 'sum', bias: Int32Array.of(1, 2, 3) },
    },
  ];
  return { input: { height: size, width: size, channels: 1 }, ops, outputScale: 1 };
}

const names = (graph: Graph, build: 'mvp' | 'simd') => {
  const model = parseModel(encodeModel(graph));
  return model.ops.map((_, index) => kernelOf(model, index, build).name);
};

const window = (kernel: number, stride: number): Partial<Window> => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideY: stride,
  strideX: stride,
  paddingTop: (kernel - 1) >> 1,
  paddingLeft: (kernel - 1) >> 1,
});
const WINDOWS = [
  [1, 1],
  [1, 2],
  [2, 1],
  [3, 1],
  [3, 2],
  [5, 1],
  [5, 2],
  [7, 1],
  [7, 3],
] as const;

test('each layer gets its kernel', () => {
  expect(names(extreme(64), 'mvp')).toEqual(['scalar', 'scalar', 'scalar']);
  expect(names(extreme(64), 'simd')).toEqual(['planes', 'table', 'sparse']);
  expect(names(extreme(64, {}, 16, 3), 'simd')[0]).toBe('pairs');
});

test.each(WINDOWS)('a binary window of size %i and stride %i gets tables', (kernel, stride) => {
  expect(names(extreme(64, window(kernel, stride), 64, 16), 'simd')[1]).toBe('table');
});

/** A graph with an int8 layer of two bits a filter, pooled by the op itself or by one behind it, and sums of the rest. */
function pooled(size: number, invert: number[], andMask: number[], pool: 'own' | Partial<Window>): Graph {
  const filters = invert.length / 2;
  const rng = random(size);
  const half = size >> 1;
  const numbers = (count: number) => Int8Array.from({ length: count }, () => rng.integer(-128, 127));
  const thresholds = [invert.slice(0, filters), invert.slice(filters)].map((each, place) => ({
    values: Int32Array.from(each, (_, filter) => 3000 * (filter % 5) - 6000 * place),
    invert: Uint8Array.from(each),
  }));
  const own = pool === 'own';
  const first: Op = {
    kind: 'int8-convolution',
    input: 0,
    window: same,
    outputHeight: own ? half : size,
    outputWidth: own ? half : size,
    filters,
    weights: numbers(3 * 3 * 3 * filters),
    epilogue: { kind: 'threshold', coupled: false, thresholds },
    ...(own ? { pool: { height: 2, width: 2, andMask: Uint8Array.from(andMask) } } : {}),
  };
  const second: Op = {
    kind: 'max-pool',
    input: 1,
    window: {
      ...{ kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2, paddingLeft: 0, paddingTop: 0 },
      ...(own ? {} : pool),
    },
    outputHeight: half,
    outputWidth: half,
    andMask: Uint8Array.from(andMask),
  };
  const last: Op = {
    kind: 'int8-convolution',
    input: own ? 1 : 2,
    window: { ...same, kernelHeight: half, kernelWidth: half, paddingTop: 0, paddingLeft: 0 },
    outputHeight: 1,
    outputWidth: 1,
    filters: 9,
    weights: numbers(half * half * invert.length * 9),
    epilogue: { kind: 'sum', bias: new Int32Array(9) },
  };
  return {
    input: { height: size, width: size, channels: 3 },
    ops: own ? [first, last] : [first, second, last],
    outputScale: 1,
  };
}

test('a pool that halves both sides has its own kernel, other pools share one', () => {
  expect(names(pooled(4, [0, 0], [0, 1], {}), 'simd')[1]).toBe('halve');
  expect(names(pooled(4, [0, 0], [0, 0], { paddingTop: 1 }), 'simd')[1]).toBe('pool');
});

test.each([
  ['the directions of its thresholds', [0, 1], true],
  ['others', [1, 1], false],
])('the input layer pools sums if the masks are %s', async (_, andMask, poolsSums) => {
  const graph = pooled(8, [0, 1], andMask, 'own');
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  expect(kernelOf(model, 0, 'simd')).toMatchObject({ name: 'planes', poolsSums });
  const image = randomImage(random(1), graph);
  for (const build of ['mvp', 'simd'] as const) {
    const engine = await Engine.instantiate(engineWasm(build));
    engine.load(bytes);
    expect(engine.layers(image)).toEqual(referenceRun(model, image).layers);
  }
});

test('a layer with a slow kernel is marked', () => {
  const kernel = (channels: number, op: number) =>
    kernelOf(parseModel(encodeModel(extreme(channels))), op, 'simd');
  expect(kernel(3641, 1)).toMatchObject({ slow: true, name: 'scalar' });
  expect(kernel(64, 1).slow).toBe(false);
  expect(kernel(64, 2)).toMatchObject({ name: 'sparse', slow: false });
});

test('the random networks of the property tests reach every vector kernel', () => {
  const reached = new Set<string>();
  for (let seed = 0; seed < 150; seed++) {
    const model = parseModel(encodeModel(kernelGraph(random(seed))));
    model.ops.forEach((_, op) => {
      const { name, reason } = kernelOf(model, op, 'simd');
      reached.add(name === 'table' ? reason.replace(/ a table.*/, '') : name);
      reached.add(`${name} to ${model.tensors[op + 1].type}`);
    });
  }
  for (const name of ['planes', 'pairs', 'sparse', 'halve', 'sums', 'maxima']) {
    expect(reached).toContain(name);
  }
  for (const name of ['table', 'sparse', 'pairs']) {
    for (const type of ['u8', 'int16']) expect(reached).toContain(`${name} to ${type}`);
  }
  for (const bits of [4, 5, 6, 7]) {
    expect([...reached].some((name) => name.endsWith(`: ${bits} channels`))).toBe(true);
  }
  for (const size of ['1x1', '5x5', '7x7']) {
    expect([...reached].some((name) => name.startsWith(`binary ${size}: `))).toBe(true);
  }
});

/** `extreme` with random bits, weights and thresholds, and `planes` planes in the binary layer's input. */
function scattered(channels: number, kernel: number, filters: number, size: number, planes: number): Graph {
  const graph = extreme(channels, window(kernel, 1), filters, size);
  const rng = random(size);
  const randomThresholds = (count: number, sums: number, largest: number) =>
    Array.from({ length: count }, () =>
      threshold(Array.from({ length: sums }, () => rng.integer(-largest, largest))),
    );
  const [first, binary] = graph.ops as Convolution[];
  const scatter = (weights: Int8Array) => weights.set(weights.map(() => (rng.chance(0.5) ? 1 : -1)));
  scatter(first.weights);
  first.epilogue = {
    kind: 'threshold',
    coupled: planes === 2,
    thresholds: randomThresholds(planes, channels, 200),
  };
  scatter(binary.weights);
  binary.epilogue = {
    kind: 'threshold',
    coupled: true,
    thresholds: randomThresholds(2, filters, kernel ** 2),
  };
  return graph;
}

// Each has steps that begin sums and steps that continue them, more than one chunk of these, and a single
// filter left over in kernels that process two filters at once.
test.each([
  ['pairs', 1, scattered(12, 5, 9, 4, 1)],
  ['pairs', 2, scattered(12, 5, 7, 5, 1)],
  ['pairs', 3, scattered(12, 5, 7, 8, 1)],
  ['pairs', 4, scattered(12, 5, 7, 9, 1)],
  ['pairs', 7, scattered(12, 5, 7, 11, 1)],
  ['pairs', 9, scattered(12, 5, 7, 15, 1)],
  ['triples', 1, scattered(14, 3, 5, 4, 2)],
  ['triples', 2, scattered(12, 5, 5, 5, 1)],
  ['triples', 3, scattered(14, 3, 5, 8, 2)],
  ['triples', 4, scattered(12, 5, 5, 9, 1)],
  ['triples', 7, scattered(14, 3, 5, 14, 2)],
  ['triples', 9, scattered(14, 3, 5, 15, 2)],
] as const)('the steps that add %s of taps for %i vectors', async (form, vectors, graph) => {
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  const { table } = kernelOf(model, 1, 'simd');
  expect(table).toMatchObject({ vectors });
  expect((table?.groupBits ?? 0) > 5 ? 'pairs' : 'triples').toBe(form);
  for (const build of ['simd', 'simd-threads'] as const) {
    const engine = await Engine.instantiate(engineWasm(build), { maxMemoryBytes: 2 ** 24 });
    engine.load(bytes);
    for (let seed = 0; seed < 4; seed++) {
      const image = randomImage(random(seed), graph);
      const { layers } = referenceRun(model, image);
      engine.layers(image).forEach((layer, op) => {
        expect(Buffer.compare(layer, layers[op]), `${build}, layer ${op}`).toBe(0);
      });
    }
  }
});

// 9 x 3640 = 32760 differing bits still fit 15 bits.
test.each([
  [3640, 'table'],
  [3641, 'scalar'],
])('the largest sums: %i channels, %s', async (channels, kernel) => {
  const graph = extreme(channels);
  expect(names(graph, 'simd')[1]).toBe(kernel);
  const bytes = encodeModel(graph);
  const engine = await Engine.instantiate(engineWasm('simd'));
  engine.load(bytes);
  const image = new Uint8Array(SIZE * SIZE).fill(255);
  expect(engine.layers(image)).toEqual(referenceRun(parseModel(bytes), image).layers);
});

test('the largest sums of every group of channels from 4 to 7 bits', async () => {
  const engine = await Engine.instantiate(engineWasm('simd'));
  const image = new Uint8Array(SIZE * SIZE).fill(255);
  const groupBits = new Set<string>();
  for (const channels of [20, 24, 28, 64, 130, 257]) {
    for (const filters of [4, 16, 70, 256]) {
      const bytes = encodeModel(extreme(channels, {}, filters));
      const model = parseModel(bytes);
      groupBits.add(kernelOf(model, 1, 'simd').reason.replace(/ a table.*/, ''));
      engine.load(bytes);
      const layers = engine.layers(image);
      referenceRun(model, image).layers.forEach((layer, op) => {
        expect(Buffer.compare(layers[op], layer), `${channels} channels, ${filters} filters`).toBe(0);
      });
    }
  }
  for (const bits of [4, 5, 6, 7]) expect(groupBits).toContain(`binary 3x3: ${bits} channels`);
});

test.each(WINDOWS)('the largest sums of a window of size %i and stride %i', async (kernel, stride) => {
  const engine = await Engine.instantiate(engineWasm('simd'));
  for (const [channels, filters] of [
    [30, 33],
    [257, 70],
    [Math.min(3000, Math.floor(32766 / kernel ** 2)), 24],
  ]) {
    const bytes = encodeModel(extreme(channels, window(kernel, stride), filters, 9));
    const model = parseModel(bytes);
    const image = new Uint8Array(81).fill(255);
    engine.load(bytes);
    const layers = engine.layers(image);
    referenceRun(model, image).layers.forEach((layer, op) => {
      expect(Buffer.compare(layers[op], layer), `${channels} channels, layer ${op}`).toBe(0);
    });
  }
});

test.each([127, -128])('the largest sums of an input layer: weights of %i', async (weight) => {
  const size = 5;
  const channels = 1300; // 25 x 1300 x 255 x 128 reaches just below 2^30
  const graph = extreme(channels, {}, 16, size);
  const sum = 25 * channels * 255 * weight;
  const ends = [sum - 1, sum, sum + 1, -sum];
  const first: Op = {
    kind: 'int8-convolution',
    input: 0,
    window: { ...same, ...window(5, 1) },
    outputHeight: size,
    outputWidth: size,
    filters: 4,
    weights: new Int8Array(4 * 25 * channels).fill(weight),
    epilogue: { kind: 'threshold', coupled: true, thresholds: [threshold(ends), threshold(ends, 1)] },
  };
  const bytes = encodeModel({
    input: { height: size, width: size, channels },
    ops: [first, { ...extreme(4, {}, 16, size).ops[1] }, { ...graph.ops[2] }],
    outputScale: 1,
  });
  const model = parseModel(bytes);
  expect(kernelOf(model, 0, 'simd').name).toBe('planes');
  const engine = await Engine.instantiate(engineWasm('simd'));
  engine.load(bytes);
  const image = new Uint8Array(size * size * channels).fill(255);
  expect(engine.layers(image)).toEqual(referenceRun(model, image).layers);
});

test('the largest sums that become numbers, by tables', async () => {
  const engine = await Engine.instantiate(engineWasm('simd'));
  const image = new Uint8Array(SIZE * SIZE).fill(255);
  for (const channels of [64, 130, 3640]) {
    // Shifted to the left or in 64 bits; the sums, twice the sums, and half of them.
    for (const shift of [20, 2]) {
      const graph = extreme(channels, {}, 20);
      const multipliers = [1, 2, 0.5].flatMap((factor) => [factor, -factor]).map((each) => each * 2 ** shift);
      const layer = graph.ops[1] as Extract<Op, { kind: 'binary-convolution' }>;
      layer.epilogue = {
        kind: 'fixed-point',
        type: 'int16',
        multipliers: Int32Array.from({ length: 40 }, (_, i) => multipliers[i % multipliers.length]),
        offsets: new BigInt64Array(40),
        shift,
        addend: 0,
      };
      graph.ops[2] = {
        kind: 'sum-pool',
        input: 2,
        window: { ...same, kernelHeight: 1, kernelWidth: 1, paddingTop: 0, paddingLeft: 0 },
        outputHeight: SIZE,
        outputWidth: SIZE,
        filters: 40,
        epilogue: { kind: 'sum', bias: new Int32Array(40) },
      };
      expect(names(graph, 'simd').slice(1)).toEqual(['table', 'sums']);
      const bytes = encodeModel(graph);
      engine.load(bytes);
      const { layers } = referenceRun(parseModel(bytes), image);
      engine.layers(image).forEach((layer, op) => {
        expect(Buffer.compare(layer, layers[op]), `${channels} channels, layer ${op}`).toBe(0);
      });
    }
  }
});

test.each([29, 30, 31, 32, 33, 40, 61, 62])(
  'the largest products that become numbers, with a shift of %i',
  async (shift) => {
    const engine = await Engine.instantiate(engineWasm('simd'));
    // Weights of 2^15 - 1 in total on values of 2^15: the largest possible sum.
    const channels = 256;
    const stream = (low: number): Extract<Op, { kind: 'sum-pool' }> => ({
      kind: 'sum-pool',
      input: 0,
      window: { ...same, kernelHeight: 1, kernelWidth: 1, paddingTop: 0, paddingLeft: 0 },
      outputHeight: 1,
      outputWidth: 1,
      filters: channels,
      epilogue: {
        kind: 'fixed-point',
        type: 'int16',
        multipliers: new Int32Array(channels).fill(low),
        offsets: new BigInt64Array(channels),
        shift: 0,
        addend: 0,
      },
    });
    const most = Array.from({ length: channels }, (_, i) => (i === 0 ? -127 : -128));
    const weights = Int8Array.from([...most, ...most.map((weight) => -Math.max(weight, -127))]);
    const highest = 2n ** 61n - 1n;
    const offsets = [0n, highest, -highest, 2n ** 60n, -(2n ** 60n), highest - 2n ** 33n];
    for (const offset of offsets) {
      for (const low of [-32768, 32767]) {
        const bytes = encodeModel({
          input: { height: 1, width: 1, channels },
          ops: [
            stream(low),
            {
              ...stream(0),
              kind: 'int8-convolution',
              input: 1,
              filters: 2,
              weights,
              epilogue: {
                kind: 'fixed-point',
                type: 'int16',
                multipliers: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 2 ** 31 - 1, -1),
                offsets: BigInt64Array.of(offset, -offset, offset, offset),
                shift,
                addend: 0,
              },
            },
            { ...stream(0), input: 2, filters: 4, epilogue: { kind: 'sum', bias: new Int32Array(4) } },
          ],
          outputScale: 1,
        });
        const image = new Uint8Array(channels).fill(1);
        engine.load(bytes);
        expect(engine.layers(image)).toEqual(referenceRun(parseModel(bytes), image).layers);
      }
    }
  },
);

test('1000 inputs, whose last word reaches beyond the 1024 that the scalar kernel lists at once', async () => {
  const engine = await Engine.instantiate(engineWasm('mvp'));
  const bytes = encodeModel(extreme(100, { kernelHeight: 2, kernelWidth: 5, paddingLeft: 2 }, 40));
  engine.load(bytes);
  const image = new Uint8Array(SIZE * SIZE).fill(255);
  expect(engine.layers(image)).toEqual(referenceRun(parseModel(bytes), image).layers);
});

test('numbers of 16-bit sums, up to where products of 32 bits are not enough', async () => {
  const engine = await Engine.instantiate(engineWasm('simd'));
  const channels = 11;
  const side = 6;
  const pixels = fc.uint8Array({ minLength: side * side * channels, maxLength: side * side * channels });
  const numbers = fc.integer({ min: 15, max: 34 }).chain((shift) => {
    const most = Math.min(2 ** 31 - 1, 2 ** shift);
    const high = 2n ** BigInt(15 + shift);
    return fc.record({
      shift: fc.constant(shift),
      multipliers: fc.array(fc.integer({ min: -most, max: most }), {
        minLength: channels,
        maxLength: channels,
      }),
      offsets: fc.array(fc.bigInt({ min: -high, max: high }), { minLength: channels, maxLength: channels }),
      // Smaller ones leave room for the products.
      divisor: fc.constantFrom(1, 2, 3, 64),
      addend: fc.constantFrom(0, 1),
    });
  });
  const stream = (
    input: number,
    multipliers: number[],
    offsets: bigint[],
    shift: number,
    addend: number,
  ): Op => ({
    kind: 'sum-pool',
    input,
    window: { ...same, kernelHeight: 1, kernelWidth: 1, paddingTop: 0, paddingLeft: 0 },
    outputHeight: side,
    outputWidth: side,
    filters: channels,
    epilogue: {
      kind: 'fixed-point',
      type: 'int16',
      multipliers: Int32Array.from(multipliers),
      offsets: BigInt64Array.from(offsets),
      shift,
      addend,
    },
  });
  fc.assert(
    fc.property(pixels, numbers, (image, { shift, multipliers, offsets, divisor, addend }) => {
      // From -32768 to 32767 in steps of 257.
      const all = stream(
        0,
        new Array<number>(channels).fill(257),
        new Array<bigint>(channels).fill(-32768n),
        0,
        0,
      );
      const divided = multipliers.map((each) => Math.trunc(each / divisor));
      const small = offsets.map((each) => each / BigInt(divisor));
      const sums: Op = {
        ...stream(2, [], [], 0, 0),
        epilogue: { kind: 'sum', bias: new Int32Array(channels) },
      } as Op;
      const bytes = encodeModel({
        input: { height: side, width: side, channels },
        ops: [all, stream(1, divided, small, shift, addend), sums],
        outputScale: 1,
      });
      engine.load(bytes);
      expect(engine.layers(image)).toEqual(referenceRun(parseModel(bytes), image).layers);
    }),
  );
});

test('a reason contains the tiles of the table kernel', () => {
  const model = parseModel(encodeModel(extreme(64)));
  expect(kernelOf(model, 1, 'simd').reason).toMatch(
    /^binary 3x3: \d channels a table, tiles of \d x 5; sparse for images with up to \d+ % of inputs set$/,
  );
});
