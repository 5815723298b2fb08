import { WORD_BITS } from '../../assembly/layout.js';
import { wordsFor } from './tensor.js';

/**
 * Packs rows of values into rows of 32-bit words: bit c % 32 of word c / 32 is set if the value is positive.
 * Unused bits are 0.
 *
 * @param values [rows * channels]: {0,1} or {-1,+1}
 */
export function packBits(values: ArrayLike<number>, channels: number): Uint32Array {
  const words = wordsFor(channels);
  const rows = values.length / channels;
  const packed = new Uint32Array(rows * words);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < channels; c++) {
      if (values[row * channels + c] > 0) packed[row * words + (c >>> 5)] |= 1 << (c % WORD_BITS);
    }
  }
  return packed;
}

/** Unpacks rows of words into {0,1} values, [rows * channels]: the inverse of {@link packBits}. */
export function unpackBits(packed: Uint32Array, channels: number): Uint8Array<ArrayBuffer> {
  const words = wordsFor(channels);
  const rows = packed.length / words;
  const values = new Uint8Array(rows * channels);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < channels; c++) {
      values[row * channels + c] = (packed[row * words + (c >>> 5)] >>> (c % WORD_BITS)) & 1;
    }
  }
  return values;
}
