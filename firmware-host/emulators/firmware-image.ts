import { UsageError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';

/**
 * Returns the path of a board's firmware: in a clone what `npm run firmware -- BOARD` built, else the image that ships
 * with this package.
 *
 * @param file `firmware.bin`, `firmware.elf`, or `firmware` for the board posix
 * @throws {UsageError} `missing-firmware` if there is none
 */
export async function firmwareImage(board: string, file: string): Promise<string> {
  const { existsSync } = requireNode('node:fs', 'An emulated board');
  const { dirname, join } = requireNode('node:path', 'An emulated board');
  const { fileURLToPath } = requireNode('node:url', 'An emulated board');
  // The depth of this module differs between the sources and a bundle.
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const clone = dirname(folder);
  const shipped = join(folder, 'firmware', board, board === 'posix' ? platformProgram() : file);
  const paths = existsSync(join(clone, 'firmware', 'tools'))
    ? [join(clone, 'build', 'firmware', board, file), shipped]
    : [shipped];
  const path = paths.find((path) => existsSync(path));
  if (path !== undefined) return path;
  throw new UsageError('missing-firmware', missing(board), { received: board });
}

/** The name of the program that ships for this platform: `firmware-linux-x64`. */
const platformProgram = () => `firmware-${process.platform}-${process.arch}`;

function missing(board: string): string {
  const build = `build it with \`npm run firmware -- ${board}\` in a clone of bd-edge, and name it with --firmware`;
  return board === 'posix'
    ? `The board posix is a program, which ships for linux-x64 only (this is ${process.platform}-${process.arch}); ` +
        `${build}, or use the board pico.`
    : `There is no firmware for the board ${board}; ${build}.`;
}
