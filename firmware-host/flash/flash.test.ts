import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUf2 } from '../../firmware/tools/uf2.mjs';
import { temporaryDirectory } from '../testing/socat.js';
import { chooseDrive, findUf2Drives, mountPointsOf, readUf2Drive } from './drives.js';
import { flashDrive } from './flash-drive.js';
import { RP2040_FAMILY, requireUf2 } from './uf2.js';

const image: Uint8Array = encodeUf2(
  Uint8Array.from({ length: 20_000 }, (_, i) => i * 7),
  0x10000000,
  RP2040_FAMILY,
);

/** Creates a folder that looks like the drive of a board. */
function drive(boardId = 'RPI-RP2'): string {
  const path = join(temporaryDirectory(), 'drive with space');
  mkdirSync(path);
  writeFileSync(
    join(path, 'INFO_UF2.TXT'),
    `UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: ${boardId}\r\n`,
  );
  return path;
}

/** Returns the drive of a folder. */
const found = async (path: string) => (await readUf2Drive(path)) ?? expect.unreachable();

describe('drives', () => {
  test('are found by their information, among other folders', async () => {
    const paths = [drive(), temporaryDirectory(), drive('RP2350'), '/no/such/folder'];
    expect(await findUf2Drives(paths)).toEqual([
      { path: paths[0], boardId: 'RPI-RP2' },
      { path: paths[2], boardId: 'RP2350' },
    ]);
    writeFileSync(join(paths[1], 'INFO_UF2.TXT'), 'nothing that a board would say');
    expect(await readUf2Drive(paths[1])).toBe(undefined);
  });

  test('are chosen if there is one of the board', () => {
    const choose = (...drives: [string, string][]) =>
      chooseDrive(
        drives.map(([path, boardId]) => ({ path, boardId })),
        'RPI-RP2',
        'Hold BOOTSEL.',
      );
    expect(choose(['/a', 'RP2350'], ['/b', 'RPI-RP2'])).toEqual({ path: '/b', boardId: 'RPI-RP2' });
    expect(() => choose()).toThrow(expect.objectContaining({ code: 'no-drive' }));
    expect(() => choose(['/a', 'RP2350'])).toThrow(
      expect.objectContaining({ code: 'other-board', port: '/a' }),
    );
    expect(() => choose(['/a', 'RPI-RP2'], ['/b', 'RPI-RP2'])).toThrow(
      expect.objectContaining({ code: 'several-drives', message: expect.stringMatching(/\/a.*\/b/) }),
    );
  });

  test('are the FAT file systems among mounts of Linux', () => {
    const mounts = [
      '/dev/sda1 / ext4 rw 0 0',
      '/dev/sdb1 /media/me/RPI-RP2 vfat rw,nosuid 0 0',
      '/dev/sdc1 /run/media/me/my\\040drive\\134 vfat rw 0 0',
      '',
    ];
    expect(mountPointsOf(mounts.join('\n'))).toEqual(['/media/me/RPI-RP2', '/run/media/me/my drive\\']);
    expect(mountPointsOf('')).toEqual([]);
  });
});

describe('an image', () => {
  test('is copied whole, with progress', async () => {
    const path = drive();
    const seen: number[] = [];
    await flashDrive(await found(path), image, { onProgress: (done) => seen.push(done) });
    expect(new Uint8Array(readFileSync(join(path, 'firmware.uf2')))).toEqual(image);
    expect(seen.at(-1)).toBe(image.length);
    expect(seen.length).toBeGreaterThan(1);
  });

  test.skipIf(!existsSync('/dev/full'))('does not fit in a full drive', async () => {
    const path = drive();
    symlinkSync('/dev/full', join(path, 'firmware.uf2'));
    await expect(flashDrive(await found(path), image)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(existsSync(join(path, 'firmware.uf2'))).toBe(false);
  });

  test('is not written to a drive that has disappeared', async () => {
    const path = drive();
    const known = await found(path);
    rmSync(path, { recursive: true });
    await expect(flashDrive(known, image)).rejects.toMatchObject({ code: 'drive-lost', port: path });
  });

  /** A file whose drive disappears after so many bytes, as a pulled cable or a restarting board does. */
  const vanishing = (path: string, bytes: number) => async () => {
    let left = bytes;
    const fail = async () => {
      rmSync(path, { recursive: true, force: true });
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    };
    return {
      write: async (data: Uint8Array) => {
        if (left < data.length) return fail();
        left -= data.length;
        return { bytesWritten: data.length, buffer: data };
      },
      sync: fail,
      close: async () => {},
    } as unknown as Awaited<ReturnType<typeof import('node:fs/promises').open>>;
  };

  test('is complete if the drive disappears after the last byte, and not before', async () => {
    const early = drive();
    await expect(
      flashDrive(await found(early), image, { create: vanishing(early, 20_000) }),
    ).rejects.toMatchObject({ code: 'drive-lost', message: expect.stringContaining('16384 of') });
    const late = drive();
    await flashDrive(await found(late), image, { create: vanishing(late, image.length) });
  });

  test('that is not finished is removed after an abort', async () => {
    const path = drive();
    const controller = new AbortController();
    const options = { signal: controller.signal, onProgress: () => controller.abort() };
    await expect(flashDrive(await found(path), image, options)).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(path, 'firmware.uf2'))).toBe(false);
  });
});

describe('UF2', () => {
  const check = (bytes: Uint8Array) => requireUf2(bytes, RP2040_FAMILY, 'firmware.uf2');

  test('of this board is accepted; of another, or cut, or damaged in its marks, it is not', () => {
    check(image);
    const other = encodeUf2(new Uint8Array(300), 0x10000000, 0xe48bff59);
    expect(() => check(other)).toThrow(expect.objectContaining({ code: 'firmware-for-other-board' }));
    const invalid = expect.objectContaining({ code: 'invalid-uf2', path: 'firmware.uf2' });
    for (const bytes of [image.subarray(0, 100), new Uint8Array(), new Uint8Array(1024)])
      expect(() => check(bytes)).toThrow(invalid);
    // Any number of whole blocks less.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: image.length / 512 - 1 }), (blocks) => {
        expect(() => check(image.subarray(0, 512 * blocks))).toThrow(invalid);
        expect(() => check(image.subarray(512 * blocks))).toThrow(invalid);
      }),
    );
  });
});
