import { BdEdgeError } from '@bd-edge/sdk/internal';
import pc from 'picocolors';
import { fileProblem, isFileSystemError } from './file-system-error.js';
import { printable } from './printable.js';

/** One sentence for the terminal; with `verbose` the stack and all causes behind it. */
export function describe(error: unknown, verbose: boolean): string {
  const lines = [`${pc.red('error:')} ${printable(sentence(error))}`];
  if (verbose) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      lines.push(pc.dim(printable(cause.stack ?? '')));
  }
  return lines.join('\n');
}

function sentence(error: unknown): string {
  if (error instanceof BdEdgeError) return error.message;
  if (isFileSystemError(error)) return fileProblem(error);
  if (error instanceof Error && error.name === 'AbortError') return 'Stopped, as asked; nothing was lost.';
  const message = error instanceof Error ? error.message : String(error);
  return `${message} (this was not expected; run with --verbose for more)`;
}
