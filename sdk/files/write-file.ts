import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../errors.js';

const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * Writes a file atomically: the data goes to a temporary file, which is flushed and renamed. Readers see
 * the old bytes or all of the new ones, also after a power cut. If several writers write at the same
 * time, the bytes of the last one stay. The target of a link is replaced, not the link. Special files
 * such as /dev/stdout are written directly.
 *
 * @param data the content; the parts of an array are concatenated
 * @throws {FileError} `disk-full`; the previous file stays
 * @throws the error of Node's `fs` with this path, or with the path of its folder if the folder does not
 *   exist
 */
export async function writeFileWhole(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const parts = typeof data === 'string' || ArrayBuffer.isView(data) ? [data] : data;
  const former = await stat(path).catch(() => undefined);
  const replaceable = !former || former.isFile() || former.isDirectory();
  const target = former?.isFile() ? await realpath(path) : path;
  // Each writer has its own name, because two of them must not write to one file.
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
    // ENOENT for a new file means that its folder does not exist.
    if (!FULL.includes(code))
      throw Object.assign(cause as Error, { path: code === 'ENOENT' ? dirname(path) : path });
    const bytes = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    throw new FileError(
      'disk-full',
      `The disk is full: ${path} (${bytes.toLocaleString('en-US')} bytes) was not written, and the previous file is intact; free disk space and try again.`,
      { path, cause },
    );
  }
}
