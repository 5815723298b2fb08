/** Files that are whole or not there: written beside, flushed, and renamed. */
import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../errors.js';

/** There was no room for a file; what it held before is still there. */
export class DiskFullError extends FileError {
  override readonly name = 'DiskFullError';

  constructor(
    /** Which file did not fit, for a message that says how to go on. */
    readonly happened: string,
    advice: string,
    options?: ErrorOptions,
  ) {
    super(`${happened}; ${advice}.`, options);
  }
}

const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * A reader, or whoever comes after a power cut, sees the old bytes or all of the new ones. Of several writers
 * at the same time, in one process or many, the last one's bytes stay, whole. What a link leads to is replaced, and
 * not the link; what is no file, such as /dev/stdout, is written into.
 *
 * @param data an array is written one part behind the other
 * @throws DiskFullError where they do not fit; nothing half-written stays behind
 * @throws what Node's `fs` does, with this path in it, or that of its folder where there is none
 */
export async function writeFileWhole(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const parts = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
  const former = await stat(path).catch(() => undefined);
  const replaceable = !former || former.isFile() || former.isDirectory();
  const target = former?.isFile() ? await realpath(path) : path;
  // A name of its own for each writer: two of them must not write into one file.
  const partial = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  try {
    const file = await open(replaceable ? partial : path, 'w', former?.mode);
    try {
      for (const part of parts) await file.writeFile(part);
      if (replaceable) await file.sync();
    } finally {
      await file.close();
    }
    if (replaceable) await rename(partial, target);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => {});
    const { code = '' } = cause as NodeJS.ErrnoException;
    // What is not there when a file is made is its folder.
    if (!FULL.includes(code))
      throw Object.assign(cause as Error, { path: code === 'ENOENT' ? dirname(path) : path });
    const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    throw new DiskFullError(
      `The disk is full: ${path}, ${bytes.toLocaleString('en-US')} bytes, could not be written, and what was there before is whole`,
      'make room and try again',
      { cause },
    );
  }
}
