import { BdEdgeError, MissingDependencyError } from '@bd-edge/sdk/internal';
import pc from 'picocolors';
import { ownInstallCommand } from '../installation.js';
import { isAbortError } from './exit-codes.js';
import { fileProblem, isFileSystemError } from './file-system-error.js';
import { printable, printableLine } from './printable.js';

/** A package whose install command the trainer cannot know: it depends on the installation of the command. */
const NATIVE = '@tensorflow/tfjs-node';

/** An error for users and programs. */
export interface Diagnosis {
  /** Stable, in kebab case. */
  code: string;
  /** One sentence. */
  message: string;
}

/** Returns the code and the sentence for an error. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof MissingDependencyError && error.dependency === NATIVE) {
    const problem = error.message.replace(/\.$/, '');
    return { code: error.code, message: `${problem}: run \`${ownInstallCommand(NATIVE)}\`.` };
  }
  if (error instanceof BdEdgeError) return { code: error.code, message: error.message };
  if (isFileSystemError(error)) return fileProblem(error);
  if (isAbortError(error)) return { code: 'aborted', message: 'Aborted; finished work is kept.' };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal-error',
    message: `Internal error: ${message}; please report it with the output of --verbose.`,
  };
}

/**
 * Formats an error for the terminal; with `verbose`, followed by the stacks of the error and of its causes.
 *
 * @param port the board's, if several boards print errors
 */
export function describe(error: unknown, verbose: boolean, port?: string): string {
  const { message } = diagnose(error);
  const named = port === undefined || message.includes(port) ? message : `${port}: ${message}`;
  const lines = [`${pc.red('error:')} ${printableLine(named)}`];
  if (verbose) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      lines.push(pc.dim(printable(cause.stack ?? '')));
  }
  return lines.join('\n');
}

/** Prints an error on standard error; with `--verbose`, followed by its stack. */
export function printError(error: unknown, port?: string): void {
  process.stderr.write(`${describe(error, process.argv.includes('--verbose'), port)}\n`);
}
