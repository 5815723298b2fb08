import { UsageError } from '@bd-edge/sdk/internal';

/**
 * Returns a step that is a power of two.
 *
 * @throws {UsageError} with code `invalid-step` for all others
 */
export function checkedStep(step: number): number {
  if (Number.isInteger(Math.log2(step))) return step;
  const expected = 'a power of two, such as 1/16';
  throw new UsageError('invalid-step', `Invalid fixed-point step ${step}; expected ${expected}.`, {
    ...{ received: step, expected },
  });
}
