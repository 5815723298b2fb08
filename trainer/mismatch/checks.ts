/** What both experiments ask of their numbers. */
import { InvalidMismatchError } from './errors.js';

/** @throws InvalidMismatchError naming the value */
export function checkEps(eps: readonly number[]): void {
  for (const value of eps) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new InvalidMismatchError(`eps is ${value}; give a number above 0.`);
  }
}

/** @throws InvalidMismatchError naming the count */
export function checkCounts(counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InvalidMismatchError(`${name} is ${value}; give a whole number from 1.`);
  }
}
