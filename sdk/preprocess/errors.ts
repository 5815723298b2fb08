import { FileError, UsageError } from '../errors.js';

/** Pixels that are not what they should be: the wrong number of bytes, no bytes at all, too large, not readable. */
export class PixelsError extends FileError {
  override readonly name = 'PixelsError';
}

/** Preprocessing was asked for that cannot be done: a size out of range, a fit that does not exist. */
export class PreprocessError extends UsageError {
  override readonly name = 'PreprocessError';
}
