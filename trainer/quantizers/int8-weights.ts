/**
 * int8 weights are for the layers that the BinaryDuo paper keeps in full precision. They are trained as the
 * integers that an engine multiplies with (fake quantization).
 *
 *     w ~ s * q,   s = max|w| / 127,   q = floor(w / s + 1/2) in -127..127
 *     bias ~ u * b,   u = s * (the step of the layer's input),   b = floor(bias / u + 1/2)
 *
 * The bias is an integer in units of the accumulator, so adding it is integer arithmetic too.
 *
 * @example int8Weights(new Float32Array([1, -0.5])) // { values: [127, -63], scale: 1 / 127 }
 */
import { type ScaledIntegers, SMALLEST_SCALE } from './scaled-integers.js';

export const INT8_LIMIT = 127;
/** The bound of |b|: half the range of an int32, so that an equally large sum cannot overflow with it. */
export const BIAS_LIMIT = 2 ** 30 - 1;

/** Quantizes weights to int8. */
export function int8Weights(latents: Float32Array): ScaledIntegers {
  let largest = 0;
  for (const weight of latents) largest = Math.max(largest, Math.abs(weight));
  const scale = Math.max(Math.fround(largest / INT8_LIMIT), SMALLEST_SCALE);
  return { values: Int8Array.from(latents, (weight) => roundTo(weight / scale, INT8_LIMIT)), scale };
}

/**
 * Quantizes a bias.
 *
 * @param unit the real value of 1 in the accumulator
 */
export function integerBias(bias: Float32Array, unit: number): Int32Array {
  return Int32Array.from(bias, (value) => roundTo(value / unit, BIAS_LIMIT));
}

/** Rounds halves up, and clamps to +-limit. */
function roundTo(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, Math.floor(value + 0.5)));
}
