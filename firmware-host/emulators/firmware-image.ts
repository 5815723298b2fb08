import { UsageError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';

/** There is no firmware to run. */
export class FirmwareMissingError extends UsageError {
  override readonly name = 'FirmwareMissingError';
}

/**
 * Where `npm run firmware -- BOARD` puts a board's firmware.
 *
 * @param file `firmware.bin`, `firmware.elf`, `firmware`
 * @throws {FirmwareMissingError} if it is not there
 */
export async function firmwareImage(board: string, file: string): Promise<string> {
  const { existsSync } = requireNode('node:fs', 'An emulated board');
  const { dirname, join } = requireNode('node:path', 'An emulated board');
  const { fileURLToPath } = requireNode('node:url', 'An emulated board');
  // This module lies at several depths: in its folder, and in a bundle.
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  const path = join(root, 'build', 'firmware', board, file);
  if (existsSync(path)) return path;
  throw new FirmwareMissingError(
    `There is no firmware for the board ${board}: run \`npm run firmware -- ${board}\` in a clone of bd-edge, ` +
      'or name an image with --firmware.',
  );
}
