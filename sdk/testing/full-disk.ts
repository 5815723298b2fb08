/** Simulates a full disk in tests by `vi.mock('node:fs/promises')` and Linux's /dev/full. */
import type * as fs from 'node:fs/promises';

/** Files whose path begins with this, opened from now on, are on a full disk; undefined: none. */
export const fullDisk: { path?: string } = {};

/** Returns the module with an `open` that obeys `fullDisk`. */
export function canBeFull(original: typeof fs): typeof fs {
  const open: typeof fs.open = async (path, ...rest) => {
    const full = fullDisk.path !== undefined && String(path).startsWith(fullDisk.path);
    if (full) await original.symlink('/dev/full', path);
    return original.open(path, ...rest);
  };
  return { ...original, open };
}
