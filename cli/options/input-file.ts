import { readRegularFile, readTextFile } from '@bd-edge/sdk/internal/files';

/** Reads a file that the user named: a regular file of at most 1 GiB. */
export function readInput(path: string): Promise<Uint8Array> {
  return readRegularFile(path);
}

/** Reads a text file of at most 64 MiB. @returns undefined if it does not exist */
export function readTextIfPresent(path: string): Promise<string | undefined> {
  return readTextFile(path).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}
