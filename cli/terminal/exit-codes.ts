import { AbortedError, BdEdgeError, DeviceError, FileError, UsageError } from '@bd-edge/sdk/internal';
import { CommanderError } from 'commander';
import { isFileSystemError } from './file-system-error.js';

/** The exit codes of `bd-edge`; docs/cli.md lists them. */
export const EXIT = {
  success: 0,
  /** A check failed: logits differ, or training diverged. */
  failed: 1,
  usage: 2,
  device: 3,
  file: 4,
  /** EX_SOFTWARE of sysexits.h. */
  internal: 70,
  aborted: 130,
} as const;

/** Returns the exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof DeviceError) return EXIT.device;
  if (error instanceof FileError || isFileSystemError(error)) return EXIT.file;
  if (error instanceof AbortedError || isAbortError(error)) return EXIT.aborted;
  return error instanceof BdEdgeError ? EXIT.failed : EXIT.internal;
}

/** Returns whether an error is the reason of an aborted signal. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
