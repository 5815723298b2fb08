import { afterEach, expect, test, vi } from 'vitest';
import { EngineError } from '../errors.js';
import { rejection } from '../testing/throws.js';
import { compileEngine } from './compile.js';
import { engineWasm } from './wasm.js';

afterEach(() => vi.restoreAllMocks());

test('bytes, responses and modules become modules', async () => {
  const bytes = await engineWasm();
  const module = await compileEngine(bytes);
  expect(module).toBeInstanceOf(WebAssembly.Module);
  expect(await compileEngine(module)).toBe(module);
  expect(await compileEngine(Promise.resolve(new Response(bytes)))).toBeInstanceOf(WebAssembly.Module);
});

test('bytes that are not wasm and a failed download have different codes', async () => {
  const notWasm = await rejection(compileEngine(new Uint8Array(8)));
  expect(notWasm).toBeInstanceOf(EngineError);
  expect(notWasm.code).toBe('not-wasm');
  const offline = await rejection(compileEngine(Promise.reject(new TypeError('offline'))));
  expect(offline.code).toBe('unreadable');
});

test('valid wasm in a runtime that forbids to compile it', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('disallowed by embedder'));
  expect((await rejection(compileEngine(await engineWasm()))).code).toBe('wasm-forbidden');
});
