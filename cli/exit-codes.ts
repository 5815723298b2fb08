import { CommanderError } from 'commander';
import { BdEdgeError, DeviceError, FileError, InterruptedError, UsageError } from '../sdk/errors.js';

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
  /** A fault of ours; the number is that of `EX_SOFTWARE` in sysexits.h. */
  unexpected: 70,
  interrupted: 130,
} as const;

/** The exit code for an error that a verb ended with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof DeviceError) return EXIT.device;
  if (error instanceof FileError || isFileSystemError(error)) return EXIT.file;
  if (error instanceof InterruptedError || (error instanceof Error && error.name === 'AbortError')) {
    return EXIT.interrupted;
  }
  return error instanceof BdEdgeError ? EXIT.failed : EXIT.unexpected;
}

/** An error that Node's `fs` gave. */
export function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  const code = error instanceof Error && (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && Object.hasOwn(FILE_PROBLEMS, code);
}

/** What is wrong with a path, by the codes of Node's errors for files. */
export const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file or folder',
  EACCES: 'No permission for',
  EPERM: 'No permission for',
  EISDIR: 'A file is needed, and this is a folder:',
  ENOTDIR: 'A folder is needed on the way to',
  EEXIST: 'A folder is needed, and this is a file:',
  ENAMETOOLONG: 'The name is too long:',
  ELOOP: 'Links lead in a circle at',
  EBUSY: 'Another program uses',
  EMFILE: 'Too many files are open to open',
  EIO: 'The disk fails at',
  ENOSPC: 'The disk is full; cannot write',
  EROFS: 'The disk is read-only; cannot write',
};
