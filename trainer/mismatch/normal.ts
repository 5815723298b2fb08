/** Normally distributed numbers from uniform ones (Box and Muller 1958). */
import type { Random } from '../random.js';

/** Fills `values` with numbers of mean 0 and the given standard deviation. */
export function fillNormal(values: Float32Array, random: Random, deviation = 1): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
