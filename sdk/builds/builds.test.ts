import { afterEach, expect, test } from 'vitest';
import { EngineError } from '../engine/errors.js';
import { load } from '../engine/network.js';
import { engineWasm } from '../engine/wasm.js';
import { encodeModel } from '../format/encode.js';
import { random, randomGraph } from '../testing/random-graph.js';
import { builds, type EngineBuild } from './builds.js';

const shipped = { ...builds };
afterEach(() => {
  Object.assign(builds, shipped);
});
const model = encodeModel(randomGraph(random(1), 1));

test('the entry with the engine inside has the bytes of the files', async () => {
  const names: EngineBuild[] = ['mvp', 'simd'];
  const files = await Promise.all(names.map((name) => engineWasm(name)));
  const { load: inlineLoad } = await import('./inline.js');
  expect(inlineLoad).toBe(load);
  const inside = names.map((name) => builds[name]());
  expect(inside.map((bytes) => Buffer.from(bytes as Uint8Array))).toEqual(
    files.map((bytes) => Buffer.from(bytes)),
  );
  expect((await load(model)).build).toBe('simd');
});

test('only the build that runs is looked up', async () => {
  builds.mvp = () => expect.unreachable();
  expect((await load(model)).build).toBe('simd');
  Object.assign(builds, shipped);
  builds.simd = () => expect.unreachable();
  expect((await load(model, { build: 'mvp' })).build).toBe('mvp');
});

test('a build that is compiled already runs, but has no bytes to give', async () => {
  const module = await WebAssembly.compile(await engineWasm('simd'));
  builds.simd = () => module;
  expect((await load(model)).build).toBe('simd');
  await expect(engineWasm('simd')).rejects.toThrow('the simd build is compiled already');
});

test.each([
  ['is not there', () => new URL('./nothing.wasm', import.meta.url), 'ENOENT'],
  ['is something else', () => new URL('./builds.ts', import.meta.url), 'is no WebAssembly'],
  ['has no address, as in a bundle of CommonJS', () => new URL('./simd.wasm', undefined), 'Invalid URL'],
])('a file that %s: the error says what to do', async (_, source, reason) => {
  builds.simd = source;
  const failed = load(model);
  await expect(failed).rejects.toThrow(EngineError);
  await expect(failed).rejects.toThrow(
    "simd.wasm is not beside the program; copy it there from the package's dist",
  );
  await expect(failed).rejects.toThrow(reason);
});
