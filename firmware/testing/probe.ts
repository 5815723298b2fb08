import { execFileSync } from 'node:child_process';
import { buildProgram, testSource } from './compiler.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/**
 * Runs a function of testing/probe.c for each of the inputs, with sanitizers.
 *
 * @returns its output, hexadecimal
 */
export function probe(name: string, inputs: Uint8Array[], settings: Record<string, number> = {}): string[] {
  const program = buildProgram({
    name: 'probe',
    sources: [testSource('memory-port.c'), testSource('probe.c')],
    sanitize: true,
    settings,
  });
  const input = inputs.map((bytes) => `${name} ${hex(bytes)}\n`).join('');
  return execFileSync(program, { input, encoding: 'utf8' }).split('\n').slice(0, inputs.length);
}
