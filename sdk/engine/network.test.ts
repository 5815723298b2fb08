import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { argmax } from '../argmax.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { random, randomGraph, randomImage } from '../testing/random-graph.js';
import { EngineError, ImageError } from './errors.js';
import { load } from './network.js';
import { bestBuild, engineWasm } from './wasm.js';

const graph = randomGraph(random(11), 2);

test('a loaded network gives the label, its name and the integer logits', async () => {
  const node = graph.nodes[graph.nodes.length - 1];
  if (node.kind === 'max-pool') throw new Error('a graph ends in a layer');
  const classes = node.outputHeight * node.outputWidth * node.filters;
  const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const bytes = encodeModel({ ...graph, metadata: { labels } });
  const network = await load(bytes);
  expect(network.classes).toBe(classes);
  expect(network.input).toEqual(graph.input);

  const image = randomImage(random(5), graph);
  const logits = referenceLogits(parseModel(bytes), image);
  expect(network.run(image)).toEqual({ logits, label: argmax(logits), name: labels[argmax(logits)] });
});

test('an image of the wrong size is refused with the shape that is wanted', async () => {
  const network = await load(encodeModel(graph));
  const { height, width, channels } = graph.input;
  expect(() => network.run(new Uint8Array(3))).toThrow(ImageError);
  expect(() => network.run(new Uint8Array(3))).toThrow(
    `(${height} x ${width} x ${channels}, one byte a channel)`,
  );
});

test.each([
  [
    'floats',
    (pixels: Uint8Array) => Float32Array.from(pixels, (pixel) => pixel / 255),
    'of the type Float32Array',
  ],
  ['a list', (pixels: Uint8Array) => [...pixels], 'of the type Array'],
  ['what a canvas gives, whole', (data: Uint8Array) => ({ data }), 'of the type Object'],
  ['nothing', () => undefined, 'of the type Undefined'],
])('%s in place of bytes are refused', async (_what, from, received) => {
  const network = await load(encodeModel(graph));
  const image = from(randomImage(random(5), graph)) as unknown as Uint8Array;
  for (const run of [() => network.run(image), () => network.runBatch([image])]) {
    expect(run).toThrow(ImageError);
    expect(run).toThrow(`The image is ${received} but the network takes`);
  }
});

test('clamped bytes, Buffers and arrays of another context are bytes', async () => {
  const network = await load(encodeModel(graph));
  const image = randomImage(random(5), graph);
  const other = runInNewContext('Uint8Array.from(image)', { image });
  for (const same of [Uint8ClampedArray.from(image), Buffer.from(image), other]) {
    expect(network.run(same as unknown as Uint8Array)).toEqual(network.run(image));
  }
});

test('it runs on the best build, or on the one asked for, and says which', async () => {
  const bytes = encodeModel(graph);
  expect((await load(bytes)).build).toBe('simd');
  expect((await load(bytes, { build: 'mvp' })).build).toBe('mvp');
  expect((await load(bytes, { engine: await engineWasm() })).build).toBe('custom');
});

afterEach(() => vi.restoreAllMocks());

test('a runtime without SIMD gets mvp, and an error where simd was asked for', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  expect(bestBuild()).toBe('mvp');
  expect((await load(encodeModel(graph))).build).toBe('mvp');
  await expect(load(encodeModel(graph), { build: 'simd' })).rejects.toThrow(EngineError);
});

test('a build that does not exist, or a build beside an engine, is refused', async () => {
  const bytes = encodeModel(graph);
  await expect(load(bytes, { build: 'fast' as 'simd' })).rejects.toThrow('no engine build "fast"');
  await expect(load(bytes, { build: 'mvp', engine: await engineWasm() })).rejects.toThrow('give one of them');
});
