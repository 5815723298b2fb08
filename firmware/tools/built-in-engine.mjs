// C that `bd-edge compile` writes, to build into firmware.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Writes the engine as C with the built command.
 *
 * @param {string} [folder] the folder of the result
 * @returns {string} the path of engine.c; engine.h is beside it
 */
export function writeEngine(folder = join(root, 'build', 'firmware', 'engine')) {
  return compile(join(folder, 'engine.c'), '--build', 'board');
}

function compile(file, ...args) {
  mkdirSync(dirname(file), { recursive: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'cli', 'bin', 'bd-edge.js'), 'compile', ...args, '-o', file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new FirmwareError(`\`bd-edge compile\` failed: ${stderr.trim()}`);
  return file;
}
