import type { Model } from '@bd-edge/sdk/internal';
import { CompileError } from './errors.js';

/** The words that a file made from a network by a verb begins with, fit for one line of a comment. */
export function title({ metadata }: Model, verb: 'compile' | 'aot'): string {
  const name: unknown = metadata?.name;
  const made = `made by bd-edge ${verb}`;
  return typeof name === 'string' && oneLine(name) !== ''
    ? `${oneLine(name)}, ${made}`
    : `A network, ${made}`;
}

/** Without what ends a line or a comment. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll('*/', '* /')
    .replaceAll('\\', '/')
    .trim();
}

/**
 * A C identifier from a file's name, to put something behind: what is no letter or digit becomes an underscore.
 *
 * @throws {CompileError} where nothing is left
 */
export function identifier(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (name === '')
    throw new CompileError(`"${text}" has no letters for a name in C; give the file another name.`);
  return /^[0-9]/.test(name) ? `model_${name}` : name;
}
