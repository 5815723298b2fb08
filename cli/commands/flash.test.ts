import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeUf2 } from '../../firmware/tools/uf2.mjs';
import { bdEdge, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const RP2040 = 0xe48bff56;

function driveOf(name: string, boardId: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'INFO_UF2.TXT'), `UF2 Bootloader v3.0\r\nBoard-ID: ${boardId}\r\n`);
  return path;
}

function imageOf(name: string, family: number): string {
  const path = join(folder, name);
  writeFileSync(path, encodeUf2(new Uint8Array(1000), 0x10000000, family));
  return path;
}

/** Flashes without a look for the board's port, which is not there. */
const flash = (drive: string, firmware: string) => [
  'flash',
  'pico',
  '--drive',
  drive,
  '--firmware',
  firmware,
  '--wait',
  '0',
];

test('copies an image to the drive of a Pico', () => {
  const [drive, firmware] = [driveOf('pico', 'RPI-RP2'), imageOf('pico.uf2', RP2040)];
  const flashed = bdEdge(...flash(drive, firmware), '--json');
  expect(json(flashed)).toEqual({ bytes: 2048, drive, port: null });
  expect(readFileSync(join(drive, 'firmware.uf2'))).toEqual(readFileSync(firmware));
});

test('refuses other drives and other images, and writes nothing', () => {
  const [drive, firmware] = [driveOf('pico-2', 'RP2350'), imageOf('good.uf2', RP2040)];
  expect(failure({}, ...flash(drive, firmware))).toEqual({ status: 3, code: 'other-board' });
  expect(failure({}, ...flash(folder, firmware))).toEqual({ status: 3, code: 'no-drive' });
  const pico = driveOf('pico-1', 'RPI-RP2');
  expect(failure({}, ...flash(pico, imageOf('other.uf2', RP2040 + 1)))).toEqual({
    status: 4,
    code: 'firmware-for-other-board',
  });
  expect(failure({}, ...flash(pico, join(pico, 'INFO_UF2.TXT')))).toEqual({ status: 4, code: 'invalid-uf2' });
  for (const path of [drive, pico]) expect(existsSync(join(path, 'firmware.uf2'))).toBe(false);
});

test.skipIf(!existsSync('/dev/full'))('reports a full drive', () => {
  const drive = driveOf('full', 'RPI-RP2');
  symlinkSync('/dev/full', join(drive, 'firmware.uf2'));
  expect(failure({}, ...flash(drive, imageOf('full.uf2', RP2040)))).toEqual({ status: 4, code: 'disk-full' });
});

test('names the boards that it can flash', () => {
  expect(failure({}, 'flash', 'toaster').status).toBe(2);
});
