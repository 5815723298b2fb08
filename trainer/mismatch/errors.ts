import { UsageError } from '@bd-edge/sdk/internal';

/** The mismatch cannot be measured as asked: a number out of range, or a model that is not fit for it. */
export class InvalidMismatchError extends UsageError {
  override readonly name = 'InvalidMismatchError';
}
