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
  if (error instanceof BdEdgeError)
    return error.name === 'UnsupportedLayerError' ? exitCodeOfLayer(error) : EXIT.failed;
  return EXIT.internal;
}

/** Returns the exit code for a layer that is not supported. The trainer, which is optional, defines its class. */
function exitCodeOfLayer({ code }: BdEdgeError): number {
  return code === 'not-exportable' ? EXIT.file : EXIT.usage;
}

/** Returns whether an error is the reason of an aborted signal. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
