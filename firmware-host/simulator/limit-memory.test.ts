import { engineWasm } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { ERROR_ENGINE, ERROR_OUT_OF_MEMORY } from '../link/protocol.js';
import { limitMemory } from './limit-memory.js';

const PAGE = 65536;
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const withMemory = (...content: number[]) =>
  Uint8Array.of(...HEADER, 5, content.length, ...content, 7, 5, 1, 1, 0x6d, 2, 0);

/** Returns the pages of a module's memory after it grew as far as it can. */
function largest(wasm: Uint8Array): number {
  const module = new WebAssembly.Module(Uint8Array.from(wasm));
  const { m } = new WebAssembly.Instance(module).exports as { m: WebAssembly.Memory };
  for (let pages = 1; pages < 200; pages++) {
    try {
      m.grow(1);
    } catch {
      break;
    }
  }
  return m.buffer.byteLength / PAGE;
}

test('the memory of a module cannot grow beyond the limit', () => {
  expect(largest(limitMemory(withMemory(1, 0, 1), 3 * PAGE))).toBe(3);
  expect(largest(limitMemory(withMemory(1, 0, 0x81, 0), 129 * PAGE + 1))).toBe(130);
  expect(largest(limitMemory(withMemory(1, 1, 1, 2), 3 * PAGE))).toBe(2);
  expect(largest(limitMemory(withMemory(1, 1, 1, 0x80, 0x02), 3 * PAGE))).toBe(3);
});

test('rejects a memory that starts larger, and memories of other kinds', () => {
  const codeOf = (wasm: Uint8Array) => {
    try {
      limitMemory(wasm, PAGE);
      return undefined;
    } catch (error) {
      return (error as { code: number }).code;
    }
  };
  expect(codeOf(withMemory(1, 0, 2))).toBe(ERROR_OUT_OF_MEMORY);
  expect(codeOf(withMemory(1, 0, 0x80, 0x80, 4))).toBe(ERROR_OUT_OF_MEMORY);
  expect(codeOf(withMemory(1, 4, 1))).toBe(ERROR_ENGINE);
  expect(codeOf(withMemory(1, 3, 1, 1))).toBe(ERROR_ENGINE);
  expect(codeOf(withMemory(2, 0, 1, 0, 1))).toBe(ERROR_ENGINE);
});

test('leaves other bytes as they are', async () => {
  for (const bytes of [
    new Uint8Array(),
    Uint8Array.of(...HEADER),
    Uint8Array.of(...HEADER, 1, 0xff, 0xff, 0xff),
  ])
    expect(limitMemory(bytes, PAGE)).toEqual(bytes);
  const engine = await engineWasm();
  const limited = limitMemory(engine, 64 * PAGE);
  expect(await WebAssembly.compile(Uint8Array.from(limited))).toBeInstanceOf(WebAssembly.Module);
});
