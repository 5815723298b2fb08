import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import { argmax } from '../argmax.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { random, randomGraph, randomImage } from '../testing/random-graph.js';
import { rejection, thrown } from '../testing/throws.js';
import { makeDisposable } from './disposable.js';
import { load } from './network.js';
import { bestBuild, engineWasm } from './wasm.js';

const graph = randomGraph(random(11), 2);

test('a loaded network gives the class, its name and the integer logits', async () => {
  const last = graph.ops[graph.ops.length - 1];
  if (last.kind === 'max-pool') throw new Error('a graph does not end in a max-pool');
  const classCount = last.outputHeight * last.outputWidth * last.filters;
  const labels = Array.from({ length: classCount }, (_, i) => `class ${i}`);
  const bytes = encodeModel({ ...graph, metadata: { labels } });
  const network = await load(bytes);
  expect(network.classCount).toBe(classCount);
  expect(network.outputScale).toBe(graph.outputScale);
  expect(network.input).toEqual(graph.input);

  const image = randomImage(random(5), graph);
  const logits = referenceLogits(parseModel(bytes), image);
  const classIndex = argmax(logits);
  expect(network.run(image)).toEqual({ logits, classIndex, className: labels[classIndex] });
});

test('an image of the wrong size is refused', async () => {
  const network = await load(encodeModel(graph));
  const { height, width, channels } = graph.input;
  expect(thrown(() => network.run(new Uint8Array(3)))).toMatchObject({
    name: 'ImageError',
    code: 'wrong-image-size',
    received: 3,
    expected: height * width * channels,
  });
});

test.each([
  ['floats', (pixels: Uint8Array) => Float32Array.from(pixels, (pixel) => pixel / 255), 'Float32Array'],
  ['a list', (pixels: Uint8Array) => [...pixels], 'Array'],
  ['an object with the bytes', (data: Uint8Array) => ({ data }), 'Object'],
  ['nothing', () => undefined, 'Undefined'],
])('%s instead of bytes: refused', async (_what, from, received) => {
  const network = await load(encodeModel(graph));
  const image = from(randomImage(random(5), graph)) as unknown as Uint8Array;
  for (const run of [() => network.run(image), () => network.runBatch([image])]) {
    expect(thrown(run)).toMatchObject({ code: 'wrong-image-type', received });
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

test('it runs on the best or the requested build, and returns which', async () => {
  const bytes = encodeModel(graph);
  expect((await load(bytes)).build).toBe('simd');
  expect((await load(bytes, { build: 'mvp' })).build).toBe('mvp');
  expect((await load(bytes, { engine: await engineWasm() })).build).toBe('custom');
});

afterEach(() => vi.restoreAllMocks());

test('a runtime without SIMD gets mvp, and an error for the simd build', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  expect(bestBuild()).toBe('mvp');
  expect((await load(encodeModel(graph))).build).toBe('mvp');
  const error = await rejection(load(encodeModel(graph), { build: 'simd' }));
  expect(error).toMatchObject({ name: 'EngineError', code: 'no-simd' });
});

test('a build that does not exist and a build with an engine are refused', async () => {
  const bytes = encodeModel(graph);
  const unknown = await rejection(load(bytes, { build: 'fast' as 'simd' }));
  expect(unknown).toMatchObject({ name: 'UsageError', code: 'unknown-build', received: 'fast' });
  const both = await rejection(load(bytes, { build: 'mvp', engine: await engineWasm() }));
  expect(both.code).toBe('build-and-engine');
});

test('Symbol.dispose closes the network, and copies of its fields do not have it', async () => {
  const network = await load(encodeModel(graph), { threads: 2 });
  const { ...fields } = network;
  expect(Object.getOwnPropertySymbols(fields)).toEqual([]);
  network[Symbol.dispose]();
  const image = randomImage(random(5), graph);
  expect(thrown(() => network.run(image)).code).toBe('thread-lost');
});

test('a runtime without Symbol.dispose gets the symbol that compilers use', () => {
  const dispose = Object.getOwnPropertyDescriptor(Symbol, 'dispose');
  const close = vi.fn();
  try {
    if (dispose) Object.defineProperty(Symbol, 'dispose', { ...dispose, value: undefined });
    const closable = makeDisposable({ close }) as unknown as Record<symbol, () => void>;
    closable[Symbol.for('Symbol.dispose')]();
  } catch (error) {
    // A built-in Symbol.dispose cannot be replaced.
    expect(error).toBeInstanceOf(TypeError);
    makeDisposable({ close })[Symbol.dispose]();
  }
  expect(close).toHaveBeenCalledOnce();
});
