import { FileError } from '@bd-edge/sdk/internal';
import { requireNode } from '../transports/require-node.js';
import type { EmulatedBoard } from './emulated-board.js';
import { firmwareImage } from './firmware-image.js';
import { PicoBoard } from './pico.js';
import { PICO_FLASH_BYTES } from './pico-flash.js';
import { startPosix } from './posix.js';
import { MPS2_AN500, NRF51, type QemuMachine, startQemu } from './qemu.js';

export interface StartOptions {
  /**
   * The firmware: `firmware.bin` for the Pico, `firmware.elf` for QEMU's boards. Default: see {@link firmwareImage}
   */
  firmware?: string;
  /** A folder that keeps the board's flash, if supported. Default: flash is lost when the board stops */
  store?: string;
}

/** A board that can be started by name. */
export interface BoardKind {
  /** The processor and the emulator. */
  title: string;
  /** Whether a folder can keep the board's flash. */
  keepsFlash: boolean;
  start(options?: StartOptions): Promise<EmulatedBoard>;
}

const qemu = (name: string, title: string, machine: QemuMachine): BoardKind => ({
  title,
  keepsFlash: machine.persistent !== undefined,
  start: async ({ firmware, store } = {}) =>
    startQemu(
      machine,
      firmware ?? (await firmwareImage(name, 'firmware.elf')),
      machine.persistent && (await storeFile(store, name)),
    ),
});

/** The boards that run the real firmware, by the names of `npm run firmware -- BOARD`. */
export const EMULATED_BOARDS: Readonly<Record<string, BoardKind>> = {
  pico: { title: 'A Raspberry Pi Pico in rp2040js, at 125 MHz', keepsFlash: true, start: startPico },
  m7: qemu('m7', "A Cortex-M7 at 25 MHz, QEMU's mps2-an500", MPS2_AN500),
  nrf51: qemu('nrf51', "A Cortex-M0 at 16 MHz with 32 KB of RAM, QEMU's microbit", NRF51),
  posix: {
    title: 'The firmware as a process on this machine',
    keepsFlash: true,
    start: async ({ firmware, store } = {}) =>
      startPosix(firmware ?? (await firmwareImage('posix', 'firmware')), await storeFile(store, 'posix')),
  },
};

async function startPico({ firmware, store }: StartOptions = {}): Promise<EmulatedBoard> {
  const { existsSync, readFileSync, renameSync, writeFileSync } = requireNode('node:fs', 'An emulated board');
  const image = readFileSync(firmware ?? (await firmwareImage('pico', 'firmware.bin')));
  const file = await storeFile(store, 'pico');
  const flash = file && existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  if (flash && flash.length !== PICO_FLASH_BYTES) {
    throw new FileError(
      'invalid-flash-file',
      `${file} has ${flash.length} bytes; expected the Pico's flash of ${PICO_FLASH_BYTES}. Delete the file, or use another folder.`,
      { path: file },
    );
  }
  const board = await PicoBoard.start(image, { flash });
  const close = board.close.bind(board);
  board.close = async () => {
    await close();
    if (file === undefined) return;
    // A rename is atomic.
    writeFileSync(`${file}.unfinished`, board.flash);
    renameSync(`${file}.unfinished`, file);
  };
  return board;
}

async function storeFile(folder: string | undefined, board: string): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const { mkdirSync } = requireNode('node:fs', 'An emulated board');
  const { join } = requireNode('node:path', 'An emulated board');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${board}.flash`);
}
