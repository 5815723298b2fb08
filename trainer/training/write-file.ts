/** Files that are whole or not there: written beside, flushed, and renamed. */
import { open, rename, rm } from 'node:fs/promises';
import { FileError } from '../../sdk/errors.js';

/** There was no room for a file; what it held before is still there. */
export class DiskFullError extends FileError {
  override readonly name = 'DiskFullError';
}

const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * A reader, or whoever comes after a power cut, sees the old bytes or all of the new ones.
 *
 * @throws DiskFullError where they do not fit; nothing half-written stays behind
 */
export async function writeFileWhole(path: string, data: string | Uint8Array): Promise<void> {
  // Another process may write the same file.
  const partial = `${path}.${process.pid}.partial`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    if (!FULL.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    const bytes = Buffer.byteLength(data).toLocaleString('en-US');
    throw new DiskFullError(
      `The disk is full: ${path}, ${bytes} bytes, could not be written, and what was there before is whole; make room and try again.`,
      { cause },
    );
  }
}
