import { afterEach, expect, test, vi } from 'vitest';
import { SourceError } from '../source.js';
import { compileEngine } from './compile.js';
import { EngineError } from './errors.js';
import { engineWasm } from './wasm.js';

afterEach(() => vi.restoreAllMocks());

test('bytes, responses and modules become modules', async () => {
  const bytes = await engineWasm();
  const module = await compileEngine(bytes);
  expect(module).toBeInstanceOf(WebAssembly.Module);
  expect(await compileEngine(module)).toBe(module);
  expect(await compileEngine(Promise.resolve(new Response(bytes)))).toBeInstanceOf(WebAssembly.Module);
});

test('what is no wasm, and what does not come, are told apart', async () => {
  await expect(compileEngine(new Uint8Array(8))).rejects.toThrow(EngineError);
  await expect(compileEngine(new Uint8Array(8))).rejects.toThrow('use the wasm that ships with the package');
  await expect(compileEngine(Promise.reject(new TypeError('offline')))).rejects.toThrow(SourceError);
});

test('valid wasm that may not be compiled: the error says how to allow it', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('disallowed by embedder'));
  await expect(compileEngine(await engineWasm())).rejects.toThrow(
    "may not be compiled here (disallowed by embedder); in a page, allow 'wasm-unsafe-eval'",
  );
});
