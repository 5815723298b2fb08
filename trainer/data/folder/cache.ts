/**
 * What reading a folder's files found, kept so that only the first use of a folder takes long: the decoded bytes, and
 * which files cannot be decoded.
 */
import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readArrayFile, writeArrayFile } from '../../files/array-file.js';
import { concurrently } from './concurrent.js';
import type { ImageFile } from './listing.js';

export interface Decoded {
  /** Of all files; zeros where one could not be decoded. Nothing where no bytes were asked for. */
  images: Uint8Array;
  /** Indices of files that could not be decoded. */
  corrupt: number[];
}

/** Changes whenever the same files would give other bytes. */
const DECODER = 1;

export const FILES_AT_ONCE = 8;

/**
 * Named after what the bytes depend on: each file's name, size and time of change, and what is asked for.
 *
 * @param asked plain data, such as a shape
 */
export async function cacheFile(
  folder: string,
  files: ImageFile[],
  asked: readonly (string | number)[],
  directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bd-edge'),
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([DECODER, ...asked]));
  const lines = await concurrently(files, FILES_AT_ONCE, async ({ path }) => {
    const { size, mtimeMs } = await stat(path);
    return JSON.stringify([relative(folder, path), size, mtimeMs]);
  });
  for (const line of lines) hash.update(line);
  return join(directory, `${hash.digest('hex').slice(0, 32)}.images`);
}

/** One that is damaged, or cannot be read, is as good as none. */
export async function readCache(path: string): Promise<Decoded | undefined> {
  const file = await readArrayFile<{ corrupt: number[] }>(path).catch(() => undefined);
  return file && { images: file.arrays.images as Uint8Array, corrupt: file.data.corrupt };
}

/** Without a cache everything works, only slower: where there is no place for one, that is no error. */
export async function writeCache(path: string, { images, corrupt }: Decoded): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeArrayFile(path, { data: { corrupt }, arrays: { images } });
  } catch (error) {
    process.emitWarning(
      `Decoded images could not be kept, and will be decoded anew the next time: ${(error as Error).message}`,
    );
  }
}
