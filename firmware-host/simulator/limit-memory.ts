import { concat } from '../link/bytes.js';
import { ERROR_ENGINE, ERROR_OUT_OF_MEMORY } from '../link/protocol.js';
import { Fault } from './fault.js';

const PAGE_BYTES = 65536;
const MEMORY_SECTION = 5;

/**
 * Returns a wasm module whose memory cannot grow beyond `maxBytes`. Malformed modules are returned as they are: the
 * runtime rejects them.
 *
 * @throws {Fault} if the memory starts larger, or is not one plain 32-bit memory
 */
export function limitMemory(wasm: Uint8Array, maxBytes: number): Uint8Array {
  const maxPages = Math.min(65536, Math.ceil(maxBytes / PAGE_BYTES));
  let at = 8;
  const next = () => {
    const { value, end } = leb128(wasm, at);
    at = end;
    return value;
  };
  while (at < wasm.length) {
    const start = at;
    const id = wasm[at++];
    const end = next() + at;
    if (id !== MEMORY_SECTION) {
      at = end;
      continue;
    }
    const [count, flags, min] = [next(), next(), next()];
    if (count !== 1 || flags > 1) throw new Fault(ERROR_ENGINE);
    if (min > maxPages) throw new Fault(ERROR_OUT_OF_MEMORY, Math.min(0xffffffff, min * PAGE_BYTES));
    const max = flags === 1 ? Math.min(next(), maxPages) : maxPages;
    const content = [1, 1, ...toLeb128(min), ...toLeb128(max)];
    const section = Uint8Array.of(MEMORY_SECTION, content.length, ...content);
    return concat([wasm.subarray(0, start), section, wasm.subarray(end)]);
  }
  return wasm;
}

function leb128(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let end = start;
  for (let scale = 1; end < bytes.length; scale *= 128) {
    const byte = bytes[end++];
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  return { value, end };
}

function toLeb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...toLeb128(value >>> 7)];
}
