import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmulatedBoard } from '@bd-edge/host/internal';
import { MPS2_AN500, NRF51, PicoBoard, startQemu, transportPair } from '@bd-edge/host/internal';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildFirmware, requireQemu, requireToolchain } from './testing/board-firmware.js';
import { requireUnicorn, startNrf52 } from './testing/nrf52-board.js';

/* Tests each port alone, with firmware/selftest instead of the core. */

const starts: Record<string, (folder: string) => Promise<EmulatedBoard>> = {
  pico: (folder) => PicoBoard.start(readFileSync(join(folder, 'firmware.bin'))),
  m7: (folder) => startQemu(MPS2_AN500, join(folder, 'firmware.elf')),
  nrf51: (folder) => startQemu(NRF51, join(folder, 'firmware.elf')),
  nrf52833: (folder) => startNrf52(join(folder, 'firmware.bin')),
};

test.for(Object.keys(starts))(
  '%s: serial line, ticks, flash, reset',
  { timeout: 60_000 },
  async (name, context) => {
    requireToolchain(context);
    if (name === 'nrf52833') requireUnicorn(context);
    else if (name !== 'pico') requireQemu(context);
    const folder = temporaryDirectory();
    await buildFirmware({ board: name, program: 'self-test', folder });
    const board = await starts[name](folder);
    onTestFinished(() => board.close());
    const [here, there] = transportPair(name);
    board.attach(there);
    const { next } = said(here);

    await next(/self-test of \w.*\r\narena \d+\r\nstack \d+\r\n/);
    await here.write(new TextEncoder().encode('qwe'));
    await next(/qwe/);
    await here.write(new TextEncoder().encode('t'));
    const [, once, twice] = await next(/ticks (\d+)\r\nticks (\d+)\r\n/);
    expect(Number(twice) / Number(once)).toBeCloseTo(2, 1);
    await here.write(new TextEncoder().encode('f'));
    await next(/flash: ok\r\n/);
    await here.write(new TextEncoder().encode('o'));
    await next(/no bytes were lost\r\n/);
    await here.write(new TextEncoder().encode('r'));
    await next(/self-test of/);
    await board.reset();
    await next(/self-test of/);
  },
);

/** Waits for text from a board. */
function said(line: { onData(listener: (bytes: Uint8Array) => void): void }) {
  let text = '';
  let look = () => {};
  line.onData((bytes) => {
    text += new TextDecoder().decode(bytes);
    look();
  });
  return {
    /** Returns the next text that matches, and discards the text before it. */
    next: (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        look = () => {
          const match = pattern.exec(text);
          if (!match) return;
          text = text.slice(match.index + match[0].length);
          look = () => {};
          resolve(match);
        };
        look();
      }),
  };
}
