import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { lockRun } from './lock-run.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bd-edge-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inUse = { name: 'UsageError', code: 'run-in-use' };
const LOCK = 'run-0123456789abcdef.lock';
const write = (run: string, owner: object) => writeFileSync(join(run, LOCK), JSON.stringify(owner));

/** A process that lives until it is killed. */
function sleeper(): ChildProcess {
  return spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
}

test('of many that begin at the same moment, one wins', async () => {
  const run = join(folder, 'runs', 'a');
  const settled = await Promise.allSettled(Array.from({ length: 12 }, () => lockRun(run)));
  const won = settled.filter((one) => one.status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const one of settled) if (one.status === 'rejected') expect(one.reason).toMatchObject(inUse);
  expect(readdirSync(run)).toHaveLength(1);
  await won[0].value.release();
  await (await lockRun(run)).release();
});

test('folders that were created for the lock are removed with it', async () => {
  const lock = await lockRun(join(folder, 'runs', 'a'));
  await lock.release();
  expect(existsSync(join(folder, 'runs'))).toBe(false);
});

test('the folder of a run stays, and a second one gets it afterwards', async () => {
  const run = join(folder, 'run');
  await mkdir(run);
  const lock = await lockRun(run);
  expect(await rejection(lockRun(run))).toMatchObject(inUse);
  await lock.release();
  expect(existsSync(run)).toBe(true);
  await (await lockRun(run)).release();
});

test('a process that lives has the lock, and one that was killed has not', async () => {
  const child = sleeper();
  write(folder, { pid: child.pid, began: '', host: hostname(), holds: true });
  expect(await rejection(lockRun(folder))).toMatchObject({
    ...inUse,
    message: expect.stringContaining(String(child.pid)),
  });
  child.kill('SIGKILL');
  await once(child, 'close');
  await (await lockRun(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'a later process with the same number does not have it',
  async () => {
    const child = sleeper();
    write(folder, { pid: child.pid, began: '1', host: hostname(), holds: true });
    await (await lockRun(folder)).release();
    child.kill('SIGKILL');
  },
);

test('the lock of another computer counts while it is renewed', async () => {
  write(folder, { pid: 1, began: '5', host: 'elsewhere', holds: true });
  const error = await rejection(lockRun(folder));
  expect(error).toMatchObject(inUse);
  expect(error.message).toContain(join(folder, LOCK));
  await utimes(join(folder, LOCK), 1, 1);
  await (await lockRun(folder)).release();
});

test('a lock that cannot be read counts until it is old', async () => {
  writeFileSync(join(folder, LOCK), '{');
  expect(await rejection(lockRun(folder))).toMatchObject(inUse);
  await utimes(join(folder, LOCK), 1, 1);
  await (await lockRun(folder)).release();
});
