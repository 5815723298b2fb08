/** One process at a time, by a file that only one of them can make. */
import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** Milliseconds: what is done under a lock takes a few of them. */
const PATIENCE = 10_000;
const PAUSE = 20;

/**
 * Does the work while `path` with `.lock` behind it exists and is this caller's.
 *
 * A process that is killed leaves its lock behind: one that stays the same for all of `patience` is taken away. What
 * counts is how long it was seen, so that the clocks of machines that share a folder need not agree.
 *
 * @throws what `work` throws, and what making the file does, such as EACCES
 */
export async function withLock<T>(path: string, work: () => Promise<T>, patience = PATIENCE): Promise<T> {
  const lock = `${path}.lock`;
  let seen: string | undefined;
  let since = 0;
  while (!(await make(lock))) {
    const now = await identity(lock);
    if (now === undefined || now !== seen) {
      seen = now;
      since = performance.now();
    } else if (performance.now() - since > patience) await takeAway(lock, now);
    await setTimeout(PAUSE * (0.5 + Math.random())); // not in step with the others that wait
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function make(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Tells a lock from the one that was made after it; undefined where there is none. */
export async function identity(lock: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs } = await stat(lock);
    return `${ino} ${mtimeMs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Others may do so at the same time, and may have a lock of their own by now: that one is given back. */
export async function takeAway(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${randomBytes(4).toString('hex')}`;
  const moved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await identity(aside)) !== stale) await link(aside, lock).catch(() => {});
  await rm(aside, { force: true });
}
