import { unpackBits } from './pack.js';
import type { Shape } from './tensor.js';

/**
 * Returns the integers of a tensor, in the order row, column, channel. With two planes each is the sum of its two bits.
 *
 * @param bytes the tensor as an engine's arena holds it, at a multiple of 4
 */
export function tensorIntegers(bytes: Uint8Array, { type, planes, channels }: Shape): Int32Array {
  if (type === 'u8') return Int32Array.from(bytes);
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === 'int16') return Int32Array.from(new Int16Array(buffer, byteOffset, byteLength / 2));
  if (type === 'int32') return new Int32Array(buffer, byteOffset, byteLength / 4);
  const bits = unpackBits(new Uint32Array(buffer, byteOffset, byteLength / 4), channels);
  if (planes === 1) return Int32Array.from(bits);
  return Int32Array.from({ length: bits.length / 2 }, (_, i) => {
    const first = 2 * Math.floor(i / channels) * channels + (i % channels);
    return bits[first] + bits[first + channels];
  });
}
