import { afterEach, expect, test } from 'vitest';
import { load } from '../engine/network.js';
import { engineWasm } from '../engine/wasm.js';
import { EngineError } from '../errors.js';
import { encodeModel } from '../format/encode.js';
import { random, randomGraph } from '../testing/random-graph.js';
import { rejection } from '../testing/throws.js';
import { builds, type EngineBuild } from './builds.js';

const shipped = { ...builds };
afterEach(() => {
  Object.assign(builds, shipped);
});
const model = encodeModel(randomGraph(random(1), 1));

test('the inline entry has the bytes of the files', async () => {
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

test('only the build that runs is read', async () => {
  builds.mvp = () => expect.unreachable();
  expect((await load(model)).build).toBe('simd');
  Object.assign(builds, shipped);
  builds.simd = () => expect.unreachable();
  expect((await load(model, { build: 'mvp' })).build).toBe('mvp');
});

test('a compiled build runs, but has no bytes', async () => {
  const module = await WebAssembly.compile(await engineWasm('simd'));
  builds.simd = () => module;
  expect((await load(model)).build).toBe('simd');
  expect((await rejection(engineWasm('simd'))).code).toBe('compiled-engine');
});

test.each([
  ['does not exist', () => new URL('./nothing.wasm', import.meta.url)],
  ['is not wasm', () => new URL('./builds.ts', import.meta.url)],
  ['has no address, as in a bundle of CommonJS', () => new URL('./simd.wasm', undefined)],
])('an engine file that %s', async (_, source) => {
  builds.simd = source;
  const error = await rejection(load(model));
  expect(error).toBeInstanceOf(EngineError);
  expect(error.code).toBe('missing-engine-file');
});
