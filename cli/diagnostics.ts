import pc from 'picocolors';
import { BdEdgeError } from '../sdk/errors.js';
import { FILE_PROBLEMS, isFileSystemError } from './file-system-error.js';

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
    // Node does not say which folder it was that could not be read as a file.
    if (error.path === undefined && error.code === 'EISDIR')
      return 'A folder was named where a file is needed.';
    return `${FILE_PROBLEMS[error.code ?? '']} ${error.path ?? 'a file'}; check the path.`;
  }
  if (error instanceof Error && error.name === 'AbortError') return 'Stopped, as asked; nothing was lost.';
  const message = error instanceof Error ? error.message : String(error);
  return `${message} (this was not expected; run with --verbose for more)`;
}
