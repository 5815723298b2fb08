/**
 * The difference between two methods over a few seeds.
 *
 * Runs of one seed share their validation split and their order of images, so methods are compared seed by seed:
 *
 *     d_i = a_i - b_i,   mean(d) -+ t(0.975; n - 1) * s(d) / sqrt(n)
 *
 * This is the 95 % interval of Student's t for the mean difference over seeds. It covers other seeds on the same test
 * images, not other test images.
 */

import { deviation, mean } from '../numbers/mean.js';

export interface Difference {
  mean: number;
  /** 95 % interval; null for a single pair, which has no spread. */
  interval: [low: number, high: number] | null;
  /** The number of seeds that both have. */
  pairs: number;
}

/**
 * Returns the difference a - b.
 *
 * @param a values by seed
 * @param b values by seed
 * @returns undefined if they have no common seed
 */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Difference | undefined {
  const differences = [...a].flatMap(([seed, value]) => {
    const other = b.get(seed);
    return other === undefined ? [] : [value - other];
  });
  const pairs = differences.length;
  if (pairs === 0) return undefined;
  const center = mean(differences);
  if (pairs === 1) return { mean: center, interval: null, pairs };
  const half = (studentQuantile(0.975, pairs - 1) * deviation(differences)) / Math.sqrt(pairs);
  return { mean: center, interval: [center - half, center + half], pairs };
}

/**
 * Returns a quantile of Student's t.
 *
 * @param p 0.5 <= p < 1
 * @param degrees degrees of freedom, an integer from 1
 */
export function studentQuantile(p: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (studentProbability(high, degrees) < p) high *= 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (studentProbability(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Returns P(T <= t) for t >= 0, as a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4): with theta = atan(t / sqrt(n)),
 * P(|T| <= t) is
 *
 *     n odd    2/pi (theta + sin theta [cos theta + 2/3 cos^3 theta + ... + 2 4 .. (n-3) / 3 5 .. (n-2) cos^(n-2) theta])
 *     n even   sin theta [1 + 1/2 cos^2 theta + ... + 1 3 .. (n-3) / 2 4 .. (n-2) cos^(n-2) theta]
 */
export function studentProbability(t: number, degrees: number): number {
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(theta);
  const odd = degrees % 2;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
  return (1 + within) / 2;
}
