import { AbortedError, BdEdgeError, DeviceError, FileError, UsageError } from '@bd-edge/sdk/internal';
import { CommanderError } from 'commander';
import { isFileSystemError } from './file-system-error.js';

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
  if (error instanceof AbortedError || (error instanceof Error && error.name === 'AbortError')) {
    return EXIT.interrupted;
  }
  return error instanceof BdEdgeError ? EXIT.failed : EXIT.unexpected;
}
