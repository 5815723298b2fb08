/**
 * A cache of what reading a folder's files found: the decoded bytes, and which files cannot be decoded. Only the first
 * use of a folder takes long.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { readTensorFile, writeTensorFile } from '../../files/tensor-file.js';
import type { FileStatus, ImageFile } from './listing.js';

export interface Decoded {
  /** The bytes of all files, with zeros for those that cannot be decoded. Empty if no bytes were requested. */
  images: Uint8Array;
  /** Indices of the files that cannot be decoded. */
  corrupt: number[];
}

/** Must change whenever the same files would give other bytes. */
const DECODER = 2;

/** Each takes the memory of all its pixels. */
export const FILES_AT_ONCE = 4;

/**
 * Returns the path of a folder's cache file. Its name is a digest of what the bytes depend on: each file's name, size and
 * modification time, and what is requested.
 *
 * @param statuses of the files, in their order
 * @param requested plain data, such as a shape
 */
export function cacheFile(
  folder: string,
  files: readonly ImageFile[],
  statuses: readonly FileStatus[],
  requested: readonly unknown[],
  directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bd-edge'),
): string {
  const hash = createHash('sha256').update(JSON.stringify([DECODER, ...requested]));
  for (const [i, { path }] of files.entries()) {
    const { size, mtimeMs } = statuses[i];
    hash.update(JSON.stringify([relative(folder, path), size, mtimeMs]));
  }
  return join(directory, `${hash.digest('hex').slice(0, 32)}.safetensors`);
}

/** Reads a cache file. @returns undefined if it is missing or cannot be read */
export async function readCache(path: string): Promise<Decoded | undefined> {
  const file = await readTensorFile<{ corrupt: number[] }>(path).catch(() => undefined);
  const images = file?.tensors.get('images');
  return file && images && { images: images.values as Uint8Array, corrupt: file.data.corrupt };
}

/** Writes a cache file. If that fails there is a warning instead of an error: without a cache reading is only slower. */
export async function writeCache(path: string, { images, corrupt }: Decoded): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const tensors = new Map([['images', { shape: [images.length], values: images }]]);
    await writeTensorFile(path, { data: { corrupt }, tensors });
  } catch (error) {
    process.emitWarning(
      `The decoded images could not be cached and will be decoded again next time: ${(error as Error).message}`,
    );
  }
}
