import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiskFullError, writeFileWhole } from './write-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

it('writes and replaces, and leaves nothing else', async () => {
  const path = join(directory, 'log.json');
  await writeFileWhole(path, 'old');
  await writeFileWhole(path, Uint8Array.of(1, 2));
  expect(Array.from(await readFile(path))).toEqual([1, 2]);
  expect(await readdir(directory)).toEqual(['log.json']);
});

// /dev/full is a Linux file on which every write finds a full disk.
it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and keeps the former file', async () => {
  const path = join(directory, 'log.json');
  await writeFileWhole(path, 'old');
  await symlink('/dev/full', `${path}.${process.pid}.partial`);
  const write = writeFileWhole(path, 'new');
  await expect(write).rejects.toThrow(DiskFullError);
  await expect(write).rejects.toThrow(/The disk is full: .*log\.json, 3 bytes/);
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(directory)).toEqual(['log.json']);
});
