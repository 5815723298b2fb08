/** Checks of the options that both experiments have. */
import { UsageError } from '@bd-edge/sdk/internal';

/** @throws {UsageError} with code `invalid-eps` */
export function checkEps(eps: readonly number[]): void {
  for (const value of eps) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new UsageError('invalid-eps', `eps is ${value}; expected a number above 0.`, {
      ...{ received: value, expected: 'a number above 0' },
    });
  }
}

/** @throws {UsageError} with code `not-positive-integer` */
export function checkCounts(counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new UsageError('not-positive-integer', `${name} is ${value}; expected an integer of 1 or more.`, {
      ...{ received: value, expected: 'an integer of 1 or more' },
    });
  }
}
