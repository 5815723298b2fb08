import { readFile } from 'node:fs/promises';

/** Reads a file. The error for a folder gets the path, which Node's error lacks. */
export async function readInput(path: string): Promise<Buffer> {
  return readFile(path).catch((error) => {
    throw Object.assign(error, { path });
  });
}
