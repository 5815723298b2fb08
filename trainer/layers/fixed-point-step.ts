import { UsageError } from '@bd-edge/sdk/internal';

/** A step that is not a power of two. */
export class FixedPointStepError extends UsageError {
  override readonly name = 'FixedPointStepError';
}

/** @throws {FixedPointStepError} */
export function checkedStep(step: number): number {
  if (Number.isInteger(Math.log2(step))) return step;
  throw new FixedPointStepError(`A fixed-point step must be a power of two, but is ${step}; take 1/16, say.`);
}
