import { expect, test } from 'vitest';
import { encodeModel } from '../format/encode.js';
import type { Cut, Graph, Node, Window } from '../format/graph.js';
import { parseModel } from '../format/parse.js';
import { referenceRun } from '../reference/reference.js';
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
const place = { outputHeight: SIZE, outputWidth: SIZE };

function cut(thresholds: number[], below = 0): Cut {
  return {
    thresholds: Int32Array.from(thresholds),
    below: new Uint8Array(thresholds.length).fill(below),
  };
}

/** Every activation 1, then a binary 3x3 layer of filters, half of them all +1 and half all -1, then sums. */
function extreme(channels: number, changes: Partial<Window> = {}, filters = 16): Graph {
  const signs = Array.from({ length: filters }, (_, filter) => (filter < filters / 2 ? 1 : -1));
  const full = 9 * channels;
  const ends = [full, full - 1, full + 1, 0, 1, -1, 6 * channels, 2 ** 31 - 1];
  const thresholds = signs.map((sign, filter) => sign * ends[filter % ends.length]);
  const window = { ...same, ...changes };
  const nodes: Node[] = [
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
        cuts: [cut(new Array<number>(channels).fill(-(2 ** 31)))],
      },
    },
    {
      ...place,
      kind: 'binary-convolution',
      input: 1,
      window,
      filters,
      weights: Int8Array.from(signs.flatMap((sign) => new Array<number>(full).fill(sign))),
      epilogue: {
        kind: 'threshold',
        coupled: true,
        cuts: [cut(thresholds), cut(thresholds, 1)],
      },
    },
    {
      kind: 'binary-convolution',
      input: 2,
      window: { ...same, kernelHeight: SIZE, kernelWidth: SIZE, paddingTop: 0, paddingLeft: 0 },
      outputHeight: 1,
      outputWidth: 1,
      filters: 3,
      weights: new Int8Array(3 * SIZE * SIZE * filters).fill(1),
      epilogue: { kind: 'sum', bias: Int32Array.of(1, 2, 3) },
    },
  ];
  return { input: { height: SIZE, width: SIZE, channels: 1 }, nodes, outputScale: 1 };
}

const names = (graph: Graph, build: 'mvp' | 'simd') => {
  const model = parseModel(encodeModel(graph));
  return model.nodes.map((_, index) => kernelOf(model, index, build).name);
};

test('each layer gets its kernel', () => {
  expect(names(extreme(64), 'mvp')).toEqual(['scalar', 'scalar', 'scalar']);
  expect(names(extreme(64), 'simd')).toEqual(['planes', 'table', 'popcount']);
  expect(names(extreme(64, { kernelWidth: 2 }), 'simd')).toEqual(['planes', 'popcount', 'popcount']);
});

// 9 x 3640 = 32760 differing bits still fit 15 bits.
test.each([
  [3640, 'table'],
  [3641, 'popcount'],
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

test('a reason says how the table kernel divides a layer', () => {
  const model = parseModel(encodeModel(extreme(64)));
  expect(kernelOf(model, 1, 'simd').reason).toMatch(/^binary 3x3: \d channels a table, tiles of \d x 5$/);
});
