import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identity, takeAway, withLock } from './lock-file.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bd-edge-'));
  path = join(directory, 'some.json');
});
afterEach(() => rm(directory, { recursive: true }));

/** Runs many at once; how many of them were at work at the same time, at most. */
async function crowd(patience?: number): Promise<number> {
  let working = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++working);
    await setImmediate();
    working--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withLock(path, work, patience)));
  return most;
}

it('lets one at a time work, and leaves nothing behind', async () => {
  expect(await crowd()).toBe(1);
  expect(await readdir(directory)).toEqual([]);
});

it('is free again after work that failed', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(path, async () => 3)).toBe(3);
});

it('takes away the lock of a killed process, also where many wait for it', async () => {
  await writeFile(`${path}.lock`, '');
  expect(await crowd(500)).toBe(1);
  expect(await readdir(directory)).toEqual([]);
});

it('gives back a lock that is another one by now', async () => {
  const lock = `${path}.lock`;
  await writeFile(lock, 'stale');
  const stale = (await identity(lock)) as string;
  await rm(lock);
  await writeFile(lock, 'of another');
  await utimes(lock, 1, 1); // the file system may have given it the number of the former
  await takeAway(lock, stale);
  expect(await readFile(lock, 'utf8')).toBe('of another');
  expect(await readdir(directory)).toHaveLength(1);
  await takeAway(lock, (await identity(lock)) as string);
  expect(await readdir(directory)).toEqual([]);
});

it('says so where no lock can be made', async () => {
  await expect(withLock(join(directory, 'none', 'some.json'), async () => 3)).rejects.toThrow('ENOENT');
});
