import { join } from 'node:path';

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);

/** How each runtime with a command line runs a program. */
export const RUNTIMES = {
  Node: [process.execPath],
  Deno: [bin('deno'), 'run', '--quiet', '--allow-read', '--node-modules-dir=manual'],
  Bun: [bin('bun')],
};
