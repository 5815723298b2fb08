/** Arrays of normally distributed numbers. */
import type { Random } from '../numbers/random.js';

/** Fills `values` with numbers of mean 0 and the given standard deviation. */
export function fillNormal(values: Float32Array, random: Random, deviation = 1): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    [values[i], values[i + 1]] = random.normalPair(deviation); // drops the second number at an odd end
  }
  return values;
}
