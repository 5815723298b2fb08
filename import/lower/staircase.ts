/**
 * Finds the levels of a monotone function of an integer. A quantized activation behind an integer sum is a staircase:
 * bisection finds each step, so the integers decide exactly as float64 does for every sum.
 */
import type { Direction } from '../evaluate/elementwise.js';

/** One level: the function has the value from this integer to the next level's. */
export interface Level {
  from: number;
  value: number;
}

/**
 * Returns the levels from `low` to `high`, in the order of the integers; undefined if there are more than `limit`.
 *
 * @param f monotone from low to high
 */
export function levelsOf(
  f: (integer: number) => number,
  { low, high, direction }: { low: number; high: number; direction: Direction },
  limit: number,
): Level[] | undefined {
  let value = f(low) + 0; // -0 is 0
  const levels: Level[] = [{ from: low, value }];
  const last = direction === 0 ? value : f(high) + 0;
  while (value !== last) {
    if (levels.length === limit) return undefined;
    // The first integer at which the function has another value.
    let from = levels[levels.length - 1].from + 1;
    let end = high;
    while (from < end) {
      const middle = Math.floor((from + end) / 2);
      if (f(middle) + 0 === value) from = middle + 1;
      else end = middle;
    }
    value = f(from) + 0;
    levels.push({ from, value });
  }
  return levels;
}
