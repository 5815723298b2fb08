import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { buildFirmware, installedToolchains, requireToolchain } from './testing/board-firmware.js';
// @ts-expect-error a script has no types
import { listBoards } from './tools/boards.mjs';
import { BOOT_BYTES, bootCrc } from './tools/rp2040-boot.mjs';

beforeEach(requireToolchain);

const names: string[] = listBoards().map(({ name }: { name: string }) => name);
const read = (folder: string, extension: string) => readFileSync(join(folder, `firmware.${extension}`));

test.each(names)(
  '%s: builds in different folders give the same bytes',
  { timeout: 120_000 },
  async (board) => {
    const [first, second] = [temporaryDirectory(), temporaryDirectory()];
    for (const folder of [first, second]) await buildFirmware({ board, program: 'self-test', folder });
    for (const extension of ['bin', 'map']) expect(read(first, extension)).toEqual(read(second, extension));
  },
);

test("each installed compiler builds the Pico's port with a boot stage that its ROM accepts", {
  timeout: 120_000,
}, async () => {
  for (const toolchain of installedToolchains) {
    const folder = temporaryDirectory();
    await buildFirmware({ board: 'pico', program: 'self-test', folder }, toolchain);
    const image = read(folder, 'bin');
    expect(image.readUInt32LE(BOOT_BYTES - 4)).toBe(bootCrc(image.subarray(0, BOOT_BYTES - 4)));
    // The stack's top is in RAM, and the reset handler in flash is Thumb code.
    expect(image.readUInt32LE(BOOT_BYTES) >>> 24).toBe(0x20);
    expect(image.readUInt32LE(BOOT_BYTES + 4) >>> 24).toBe(0x10);
    expect(image.readUInt32LE(BOOT_BYTES + 4) & 1).toBe(1);
    expect(read(folder, 'uf2')).toHaveLength(Math.ceil(image.length / 256) * 512);
  }
});
