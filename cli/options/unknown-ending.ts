import { UsageError } from '@bd-edge/sdk/internal';

/** A file was asked for that no verb knows how to write. */
export class UnknownEndingError extends UsageError {
  constructor(
    readonly path: string,
    endings: readonly string[],
  ) {
    super(`${path} has none of the endings ${endings.join(', ')}; name the file by what it should hold.`);
  }
}
