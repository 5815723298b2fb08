// The engines of this release. Firmware that is built with their digests accepts no others.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FirmwareError } from './error.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The engines for boards that `npm run build` makes: with native kernels, and without. */
const ENGINES = ['board.wasm', 'interpreted.wasm'].map((name) => join(root, 'sdk', 'builds', name));

/** Returns the SHA-256 of each engine. @returns {Buffer[]} */
export function knownDigests() {
  return ENGINES.map((path) => {
    if (existsSync(path)) return createHash('sha256').update(readFileSync(path)).digest();
    throw new FirmwareError(
      `${relative('', path)} is missing; run \`npm run build\`, or build firmware for any engine with --any-engine.`,
    );
  });
}

/** Returns the value of the setting BOARD_ENGINE_DIGESTS (firmware/core/settings.h). @returns {string} */
export const engineDigests = () =>
  knownDigests()
    .flatMap((digest) => [...digest])
    .join();
