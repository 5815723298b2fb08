import pc from 'picocolors';
import { BdEdgeError } from '../sdk/errors.js';
import { isFileSystemError } from './exit-codes.js';

const FILE_PROBLEMS: Record<string, string> = {
  ENOENT: 'There is no file or folder',
  EACCES: 'No permission for',
  EPERM: 'No permission for',
  EISDIR: 'A file is needed, and this is a folder:',
  ENOTDIR: 'A folder is needed on the way to',
  ENOSPC: 'The disk is full; cannot write',
  EROFS: 'The disk is read-only; cannot write',
};

/** One sentence for the terminal; with `verbose` the stack and all causes behind it. */
export function describe(error: unknown, verbose: boolean): string {
  const lines = [`${pc.red('error:')} ${sentence(error)}`];
  if (verbose) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      lines.push(pc.dim(cause.stack ?? ''));
  }
  return lines.join('\n');
}

function sentence(error: unknown): string {
  if (error instanceof BdEdgeError) return error.message;
  if (isFileSystemError(error)) {
    return `${FILE_PROBLEMS[error.code ?? ''] ?? 'Cannot use'} ${error.path ?? 'a file'}; check the path.`;
  }
  if (error instanceof Error && error.name === 'AbortError') return 'Stopped, as asked; nothing was lost.';
  const message = error instanceof Error ? error.message : String(error);
  return `${message} (this was not expected; run with --verbose for more)`;
}
