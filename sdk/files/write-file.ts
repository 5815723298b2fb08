import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { FileError } from '../errors.js';
import { isAlive } from './is-alive.js';

const FULL = ['ENOSPC', 'EDQUOT'];

/** A digest of the name of this computer: processes of others cannot be asked whether they live. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * Writes a file atomically: the data goes to a temporary file, which is flushed and renamed. Readers see
 * the old bytes or all of the new ones, also after a power cut. If several writers write at the same
 * time, the bytes of the last one stay. The target of a link is replaced, not the link.
 *
 * @param data the content; the parts of an array are concatenated
 * @param options `special: true` writes directly into a device or a pipe, which may wait for a reader: only for a path
 *   that a user named
 * @throws {FileError} `disk-full`; the previous file stays. `not-a-file` for a device, a pipe or a socket
 * @throws the error of Node's `fs` with this path, or with the path of its folder if the folder does not
 *   exist
 */
export async function writeFileWhole(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
  options: { special?: boolean } = {},
): Promise<void> {
  const parts = typeof data === 'string' || ArrayBuffer.isView(data) ? [data] : data;
  const former = await stat(path).catch(() => undefined);
  const replaceable = !former || former.isFile() || former.isDirectory();
  if (!replaceable && !options.special) {
    const message = `${path} is not a file but a device, a pipe or a socket; remove it, or choose another folder.`;
    throw new FileError('not-a-file', message, { path });
  }
  const target = former?.isFile() ? await realpath(path) : path;
  // Each writer has its own name, because two of them must not write to one file.
  const partial = `${target}.${process.pid}-${HOST}${randomBytes(4).toString('hex')}.partial`;
  try {
    const file = await open(replaceable ? partial : path, 'w', former?.mode);
    try {
      // The mode of `open` loses what the umask forbids.
      if (replaceable && former?.isFile()) await file.chmod(former.mode & 0o7777).catch(() => {});
      for (const part of parts) await file.writeFile(part);
      if (replaceable) await file.sync();
    } finally {
      await file.close();
    }
    if (replaceable) {
      await rename(partial, target);
      await removeAbandoned(target);
    }
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

/** Removes the temporary files that killed processes of this computer left for a target. */
async function removeAbandoned(target: string): Promise<void> {
  const folder = dirname(target);
  const prefix = `${basename(target)}.`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.partial')) continue;
    const [, pid, host] = /^(\d+)-([0-9a-f]{8})[0-9a-f]{8}\.partial$/.exec(name.slice(prefix.length)) ?? [];
    if (host !== HOST || isAlive(Number(pid))) continue;
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}
