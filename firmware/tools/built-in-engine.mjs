// C code that `bd-edge compile` writes, to be built into a firmware.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * The engine, by the command as built.
 *
 * @param {string} [folder] where to
 * @returns {string} the path of engine.c; engine.h is beside it
 */
export function writeEngine(folder = join(root, 'build', 'firmware', 'engine')) {
  return compile(join(folder, 'engine.c'), '--build', 'board');
}

/**
 * A network with what it needs of the engine.
 *
 * @param {string} model the path of the .bdm
 * @param {string} file where to, .c
 * @returns {string} the same path; the header is beside it
 */
export function writeNetwork(model, file) {
  return compile(file, model);
}

function compile(file, ...args) {
  mkdirSync(dirname(file), { recursive: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'cli', 'bin', 'bd-edge.js'), 'compile', ...args, '-o', file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new FirmwareError(`C could not be made of the engine: ${stderr.trim()}`);
  return file;
}
