import { CommanderError } from 'commander';
import { DeviceError, FileError, InterruptedError, UsageError } from '../sdk/errors.js';

/** What a script learns from `bd-edge`; docs/cli.md has the table. */
export const EXIT = {
  good: 0,
  /** A check that failed: logits differ, training diverged. */
  failed: 1,
  usage: 2,
  /** The board or the line. */
  device: 3,
  /** A file that cannot be read or is not valid. */
  file: 4,
  interrupted: 130,
} as const;

/** Codes of Node's errors for files. */
const FILE_CODES = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EPERM', 'ENOSPC', 'EROFS'];

/** The exit code for an error that a verb ended with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof DeviceError) return EXIT.device;
  if (error instanceof FileError || isFileSystemError(error)) return EXIT.file;
  if (error instanceof InterruptedError || (error instanceof Error && error.name === 'AbortError')) {
    return EXIT.interrupted;
  }
  return EXIT.failed;
}

/** An error that Node's `fs` gave. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && FILE_CODES.includes((error as NodeJS.ErrnoException).code ?? '');
}
