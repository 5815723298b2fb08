import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { FileError } from '../errors.js';

/** The default size limit of a file: 1 GiB. */
export const MAX_FILE_BYTES = 2 ** 30;

/** The size limit of a JSON file: 64 MiB. */
export const MAX_JSON_BYTES = 2 ** 26;

/** The bytes of one read: Node limits a read to 2 GiB. */
const CHUNK_BYTES = 2 ** 24;

/**
 * Reads a file that a user named. Its kind and size are checked first, because reading a device, a pipe or a
 * place under /proc may never end. At most the size that the file had when it was opened is read.
 *
 * @param maxBytes size limit
 * @param rawPath the bytes of a path that is not UTF-8; `path` is then only for messages
 * @throws {FileError} `is-a-folder`; `not-a-file` for a device, a pipe or a socket; `file-too-large`
 * @throws the error of Node's `fs` with this path
 */
export async function readRegularFile(
  path: string,
  maxBytes = MAX_FILE_BYTES,
  rawPath?: Buffer,
): Promise<Uint8Array<ArrayBuffer>> {
  const location = rawPath ?? path;
  try {
    // Before it is opened: opening a serial port resets many boards.
    checkKind(path, await stat(location), maxBytes);
    // With O_NONBLOCK, opening a pipe that replaced the file meanwhile does not wait for a writer.
    const file = await open(location, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = await file.stat();
      checkKind(path, status, maxBytes);
      return await readBytes(file, status.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof FileError ? error : Object.assign(error as Error, { path });
  }
}

/** Reads a text file in UTF-8 like {@link readRegularFile}. */
export async function readTextFile(path: string, maxBytes = MAX_JSON_BYTES): Promise<string> {
  return Buffer.from((await readRegularFile(path, maxBytes)).buffer).toString('utf8');
}

function checkKind(path: string, status: Stats, maxBytes: number): void {
  if (status.isDirectory())
    throw new FileError('is-a-folder', `${path} is a folder; expected a file; check the path.`, { path });
  if (!status.isFile()) {
    const kind = status.isFIFO() ? 'a pipe' : status.isSocket() ? 'a socket' : 'a device';
    const message = `${path} is ${kind}; expected a file; copy its content to a file.`;
    throw new FileError('not-a-file', message, { path });
  }
  if (status.size <= maxBytes) return;
  const [size, limit] = [status.size, maxBytes].map((bytes) => bytes.toLocaleString('en-US'));
  const message = `${path} has ${size} bytes; expected at most ${limit}; check the path.`;
  throw new FileError('file-too-large', message, { path });
}

/** Reads `size` bytes, or fewer if the file was truncated meanwhile. */
async function readBytes(file: FileHandle, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at === size ? bytes : bytes.slice(0, at);
}
