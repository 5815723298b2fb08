import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../testing/socat.js';
import { EMULATED_BOARDS } from './boards.js';
import { firmwareImage } from './firmware-image.js';
import { PicoBoard } from './pico.js';
import { MPS2_AN500, startQemu } from './qemu.js';

test('reports a board without firmware', async () => {
  const missing = { name: 'UsageError', code: 'missing-firmware', received: 'toaster' };
  await expect(firmwareImage('toaster', 'firmware.bin')).rejects.toMatchObject(missing);
});

test('reports missing QEMU', async () => {
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = temporaryDirectory();
  await expect(startQemu(MPS2_AN500, 'firmware.elf')).rejects.toMatchObject({
    ...{ code: 'missing-dependency', dependency: 'qemu-system-arm' },
  });
});

test('rejects an image that the Pico does not start', async () => {
  await expect(PicoBoard.start(new Uint8Array(1000))).rejects.toMatchObject({
    code: 'emulation-failed',
  });
});

test.each([
  ['exits at once', 'exit 3'],
  ['prints no address', 'echo hello; exec sleep 60'],
])('reports a firmware that %s', async (_, script) => {
  const firmware = join(temporaryDirectory(), 'firmware');
  writeFileSync(firmware, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await expect(EMULATED_BOARDS.posix.start({ firmware })).rejects.toMatchObject({
    code: 'emulation-failed',
  });
});

test("rejects a file that is not the Pico's flash", async () => {
  const store = temporaryDirectory();
  const firmware = join(store, 'firmware.bin');
  for (const file of [firmware, join(store, 'pico.flash')]) writeFileSync(file, new Uint8Array(10));
  await expect(EMULATED_BOARDS.pico.start({ firmware, store })).rejects.toMatchObject({
    ...{ name: 'FileError', code: 'invalid-flash-file', path: join(store, 'pico.flash') },
  });
});
