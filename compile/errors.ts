import { UsageError } from '@bd-edge/sdk/internal';

/** What was asked of the compiler cannot be had. */
export class CompileError extends UsageError {
  override readonly name = 'CompileError';
}
