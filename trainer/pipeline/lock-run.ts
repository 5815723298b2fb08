/**
 * A lock of a run's folder: two trainings in one folder would mix their files.
 *
 * Each process writes a file of its own, `run-<id>.lock`, and then looks for those of others. It holds the lock if there is
 * no other; if two begin at the same moment, both step back and try again. A file whose process is gone does not count, so
 * that a killed training leaves no lock behind.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UsageError } from '@bd-edge/sdk/internal';
import { isAlive } from '@bd-edge/sdk/internal/files';

const LOCK_FILE = /^run-[0-9a-f]{16}\.lock$/;

/** The pause of two processes that began at the same moment. */
const BACKOFF_MS = 40;
const TRIES = 50;

/** How often the holder renews the time of its file, and when a file of another computer is out of date. */
const RENEW_MS = 60_000;
const STALE_MS = 15 * 60_000;

interface Owner {
  pid: number;
  /** When the process began, in the system's own words. Another process may get the same number later. */
  began: string;
  host: string;
  /** Whether it has the lock, and does not just try to get it. */
  holds: boolean;
}

/** A held lock. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Locks the folder of a run. It is created if it does not exist; if it is empty at the end, the process that created it
 * removes it.
 *
 * @throws {UsageError} `run-in-use` if another process trains in the folder
 */
export async function lockRun(directory: string): Promise<RunLock> {
  const folder = resolve(directory);
  const created = await mkdir(folder, { recursive: true });
  const path = join(folder, `run-${randomBytes(8).toString('hex')}.lock`);
  const own: Owner = { pid: process.pid, began: beginningOf(process.pid), host: hostname(), holds: false };
  const removeFolders = () => removeEmpty(folder, created);
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      await writeOwner(path, own);
      const others = await ownersIn(folder, path);
      if (others.length === 0) return await hold(path, own, removeFolders);
      const holder = others.find(({ owner }) => owner?.holds ?? true);
      if (holder !== undefined) throw inUse(directory, holder);
      await rm(path, { force: true });
      await delay(BACKOFF_MS * (1 + Math.random()));
    }
    throw inUse(directory);
  } catch (error) {
    await rm(path, { force: true });
    await removeFolders();
    throw error;
  }
}

async function hold(path: string, own: Owner, removeFolders: () => Promise<void>): Promise<RunLock> {
  await writeOwner(path, { ...own, holds: true });
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, RENEW_MS).unref();
  const removeAtExit = () => rmSync(path, { force: true });
  process.once('exit', removeAtExit);
  return {
    async release() {
      clearInterval(renewal);
      process.off('exit', removeAtExit);
      await rm(path, { force: true });
      await removeFolders();
    },
  };
}

/** Writes a file at once: others see all of it or nothing. */
async function writeOwner(path: string, owner: Owner): Promise<void> {
  const partial = `${path}.partial`;
  // A process that steps back removes a folder that it created.
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, JSON.stringify(owner));
  await rename(partial, path);
}

interface Other {
  path: string;
  /** Undefined if the file cannot be read. */
  owner?: Owner;
}

/** Returns the locks of processes that may live, and removes those of processes that are gone. */
async function ownersIn(folder: string, own: string): Promise<Other[]> {
  const others: Other[] = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!LOCK_FILE.test(name) || path === own) continue;
    const owner = await readOwner(path);
    if (owner === 'gone') continue;
    if (await mayLive(path, owner)) others.push({ path, owner });
    else await rm(path, { force: true });
  }
  return others;
}

async function readOwner(path: string): Promise<Owner | undefined | 'gone'> {
  try {
    const { pid, began, host, holds } = JSON.parse(await readFile(path, 'utf8'));
    const isValid =
      Number.isSafeInteger(pid) && pid > 0 && typeof began === 'string' && typeof host === 'string';
    return isValid ? { pid, began, host, holds: holds === true } : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : undefined;
  }
}

/** Another computer's process cannot be asked, but it renews the time of its file. */
async function mayLive(path: string, owner: Owner | undefined): Promise<boolean> {
  if (owner?.host === hostname()) {
    if (owner.pid === process.pid) return owner.began === beginningOf(process.pid);
    return isAlive(owner.pid) && sameBeginning(owner);
  }
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < STALE_MS;
}

function sameBeginning({ pid, began }: Owner): boolean {
  const now = beginningOf(pid);
  return began === '' || now === '' || now === began;
}

/** Returns when a process began; empty if the system does not tell. */
function beginningOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name of the program, in parentheses, may have spaces.
      const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
      // A zombie has ended, although its number is taken.
      return fields[0] === 'Z' ? 'ended' : fields[19];
    }
    if (process.platform === 'win32') return '';
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

function inUse(directory: string, holder?: Other): UsageError {
  const { owner, path } = holder ?? {};
  const who = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  const fix = owner?.host === hostname() || path === undefined ? '' : `, or delete ${path} if it has ended`;
  return new UsageError(
    'run-in-use',
    `${who} is training in ${directory}; wait for it, or choose another folder with --out${fix}.`,
    { received: directory },
  );
}

/** Removes a folder, and those above it up to the first that was created, as far as they are empty. */
async function removeEmpty(folder: string, created: string | undefined): Promise<void> {
  if (created === undefined) return;
  for (let path = folder; path.startsWith(created); path = dirname(path)) {
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
