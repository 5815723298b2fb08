import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../testing/socat.js';
import { MissingPartError } from '../transports/errors.js';
import { EMULATED_BOARDS, FlashFileError } from './boards.js';
import { EmulationError } from './errors.js';
import { FirmwareMissingError, firmwareImage } from './firmware-image.js';
import { PicoBoard } from './pico.js';
import { MPS2_AN500, startQemu } from './qemu.js';

test('without firmware, says how to build it', async () => {
  await expect(firmwareImage('toaster', 'firmware.bin')).rejects.toThrow(FirmwareMissingError);
  await expect(firmwareImage('toaster', 'firmware.bin')).rejects.toThrow('npm run firmware -- toaster');
});

test('without QEMU, says how to get it', async () => {
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = temporaryDirectory();
  await expect(startQemu(MPS2_AN500, 'firmware.elf')).rejects.toThrow(MissingPartError);
});

test('an image that the Pico does not start from', async () => {
  await expect(PicoBoard.start(new Uint8Array(1000))).rejects.toThrow(EmulationError);
});

test.each([
  ['ends at once', 'exit 3', 'it ended with 3'],
  ['does not say where it listens', 'echo hello; exec sleep 60', 'it says "hello", and not where it listens'],
])('a firmware that %s', async (_, script, reason) => {
  const firmware = join(temporaryDirectory(), 'firmware');
  writeFileSync(firmware, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await expect(EMULATED_BOARDS.posix.start({ firmware })).rejects.toThrow(reason);
});

test("a file that is not the Pico's flash", async () => {
  const store = temporaryDirectory();
  const firmware = join(store, 'firmware.bin');
  for (const file of [firmware, join(store, 'pico.flash')]) writeFileSync(file, new Uint8Array(10));
  await expect(EMULATED_BOARDS.pico.start({ firmware, store })).rejects.toThrow(FlashFileError);
});
