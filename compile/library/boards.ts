import { UsageError } from '@bd-edge/sdk/internal';
import type { CLibrary } from './library.js';

const KB = 1024;

/** Bytes of RAM and flash of boards, from their makers' data sheets. */
export const LIBRARY_BOARDS: Readonly<Record<string, { ramBytes: number; flashBytes: number }>> = {
  uno: { ramBytes: 2 * KB, flashBytes: 32 * KB },
  mega: { ramBytes: 8 * KB, flashBytes: 256 * KB },
  'micro:bit': { ramBytes: 16 * KB, flashBytes: 256 * KB },
  'micro:bit-v2': { ramBytes: 128 * KB, flashBytes: 512 * KB },
  pico: { ramBytes: 264 * KB, flashBytes: 2048 * KB },
  'pico-2': { ramBytes: 520 * KB, flashBytes: 4096 * KB },
  'nano-33-ble': { ramBytes: 256 * KB, flashBytes: 1024 * KB },
  esp8266: { ramBytes: 80 * KB, flashBytes: 1024 * KB },
  esp32: { ramBytes: 320 * KB, flashBytes: 4096 * KB },
  'esp32-c3': { ramBytes: 400 * KB, flashBytes: 4096 * KB },
};

/** What a run needs at least besides the arena, and the code besides the constants. */
const STACK_BYTES = 512;
const CODE_BYTES = 8 * KB;
/** The boards that copy an op's constants to RAM. */
const AVR = ['uno', 'mega'];

/**
 * Checks that the memory of a board is large enough for a library. The rest of the program is not counted.
 *
 * @throws {UsageError} code `too-large-for-board`, or `unknown-board` for a board that is not one of {@link LIBRARY_BOARDS}
 */
export function requireRoom({ name, arenaBytes, copyBytes, constantBytes }: CLibrary, board: string): void {
  if (!Object.hasOwn(LIBRARY_BOARDS, board)) {
    const expected = Object.keys(LIBRARY_BOARDS);
    throw new UsageError(
      'unknown-board',
      `The memory of "${board}" is unknown; expected one of ${expected.join(', ')}.`,
      { received: board, expected },
    );
  }
  const { ramBytes, flashBytes } = LIBRARY_BOARDS[board];
  const ram = arenaBytes + (AVR.includes(board) ? copyBytes : 0) + STACK_BYTES;
  const flash = constantBytes + CODE_BYTES;
  const [kind, needed, there] =
    ram > ramBytes ? (['RAM', ram, ramBytes] as const) : (['flash', flash, flashBytes] as const);
  if (needed <= there) return;
  throw new UsageError(
    'too-large-for-board',
    `${name} needs at least ${needed} bytes of ${kind}, and ${board} has ${there}; choose a smaller network (\`bd-edge train --width\`) or another board.`,
    { received: needed, expected: `at most ${there}` },
  );
}
