/** For tests: files that find the disk full, by way of `vi.mock('node:fs/promises')` and Linux's /dev/full. */
import type * as fs from 'node:fs/promises';

/** Whatever begins with this path, and is opened from now on, has no room; undefined: there is room. */
export const fullDisk: { path?: string } = {};

/** The module with an `open` that heeds `fullDisk`. */
export function canBeFull(original: typeof fs): typeof fs {
  const open: typeof fs.open = async (path, ...rest) => {
    const full = fullDisk.path !== undefined && String(path).startsWith(fullDisk.path);
    if (full) await original.symlink('/dev/full', path);
    return original.open(path, ...rest);
  };
  return { ...original, open };
}
