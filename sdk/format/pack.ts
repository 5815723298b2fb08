import { BLOCK_FILTERS, WORD_BITS } from '../../assembly/layout.js';
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

/**
 * Packs the weights of a binary convolution, sliced by filters: bit f of word [block][input] is set if filter
 * 32 * block + f has the weight +1 for that input. Unused bits of the last block are 0.
 *
 * @param weights [filters][inputs]: {-1,+1}
 */
export function packWeights(weights: ArrayLike<number>, filters: number): Uint32Array {
  const inputs = weights.length / filters;
  const packed = new Uint32Array(wordsFor(filters) * inputs);
  for (let filter = 0; filter < filters; filter++) {
    const block = Math.floor(filter / BLOCK_FILTERS) * inputs;
    const bit = 1 << (filter % BLOCK_FILTERS);
    for (let input = 0; input < inputs; input++)
      if (weights[filter * inputs + input] > 0) packed[block + input] |= bit;
  }
  return packed;
}

/** Unpacks the weights of a binary convolution, [filters][inputs]: the inverse of {@link packWeights}. */
export function unpackWeights(packed: Uint32Array, filters: number): Int8Array<ArrayBuffer> {
  const inputs = packed.length / wordsFor(filters);
  const weights = new Int8Array(filters * inputs);
  for (let filter = 0; filter < filters; filter++) {
    const block = Math.floor(filter / BLOCK_FILTERS) * inputs;
    const bit = filter % BLOCK_FILTERS;
    for (let input = 0; input < inputs; input++)
      weights[filter * inputs + input] = ((packed[block + input] >>> bit) & 1) === 1 ? 1 : -1;
  }
  return weights;
}
