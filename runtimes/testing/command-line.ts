import { join } from 'node:path';

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);

/** The command of each runtime with a command line. */
export const RUNTIMES = {
  Node: [process.execPath],
  Deno: [bin('deno'), 'run', '--quiet', '--allow-read', '--node-modules-dir=manual'],
  Bun: [bin('bun')],
};
