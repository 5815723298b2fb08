import { readFile } from 'node:fs/promises';

/** A file that somebody named. Where it is a folder, Node's error does not say which one; this one does. */
export async function readInput(path: string): Promise<Buffer> {
  return readFile(path).catch((error) => {
    throw Object.assign(error, { path });
  });
}
