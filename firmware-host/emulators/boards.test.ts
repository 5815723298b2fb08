import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../testing/socat.js';
import { MissingPartError } from '../transports/errors.js';
import { EMULATED_BOARDS } from './boards.js';
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

test('a firmware that ends at once', async () => {
  const folder = temporaryDirectory();
  const firmware = join(folder, 'firmware');
  writeFileSync(firmware, '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  await expect(EMULATED_BOARDS.posix.start({ firmware })).rejects.toThrow('it ended with 3');
});
