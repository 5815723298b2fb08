// The engine as C, to be built into a firmware: what `bd-edge aot --build board` writes.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Writes it, by the command as built.
 *
 * @param {string} [folder] where to
 * @returns {string} the path of engine.c; engine.h is beside it
 */
export function writeEngine(folder = join(root, 'build', 'firmware', 'engine')) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'engine.c');
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli.js'), 'aot', '--build', 'board', '-o', file],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new FirmwareError(`The engine could not be made into C: ${stderr.trim()}`);
  return file;
}
