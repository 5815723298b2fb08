/**
 * The entries of folders, with names that are text and names that are not: archives from Windows leave bytes that are
 * not UTF-8, which only their bytes can open.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A place in the file system. */
export interface Place {
  /** For messages. If the name is not UTF-8, it has escapes such as `\xe4`. */
  path: string;
  /** The bytes of the path, if it is not UTF-8. */
  rawPath?: Buffer;
}

export interface Entry extends Place {
  /** The last part of the path, for messages. */
  name: string;
  kind: 'file' | 'folder' | 'broken link' | 'other';
  /** Whether the entry is a symbolic link. */
  isLink: boolean;
}

/** Returns what Node's `fs` opens. */
export function locationOf({ path, rawPath }: Place): string | Buffer {
  return rawPath ?? path;
}

/** Reads a folder's entries without hidden ones, sorted by name, independent of locale and file system. */
export async function entriesOf(folder: Place): Promise<Entry[]> {
  // The types of Node do not know folders' entries with names of bytes.
  const options = { withFileTypes: true, encoding: 'buffer' } as unknown as { withFileTypes: true };
  const found = await readdir(locationOf(folder), options);
  const entries = await Promise.all(
    found.map(async (entry): Promise<Entry> => {
      const bytes = entry.name as unknown as Buffer;
      const name = textOf(bytes);
      const place = child(folder, name, bytes);
      const isLink = entry.isSymbolicLink();
      if (isLink) return { name, ...place, isLink, kind: await kindOfTarget(place) };
      const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
      return { name, ...place, isLink, kind };
    }),
  );
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function kindOfTarget(place: Place): Promise<Entry['kind']> {
  try {
    const status = await stat(locationOf(place));
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other';
  } catch {
    return 'broken link';
  }
}

function child({ path, rawPath }: Place, name: string, bytes: Buffer): Place {
  const joined = join(path, name);
  if (rawPath === undefined && isUtf8(bytes)) return { path: joined };
  return { path: joined, rawPath: Buffer.concat([rawPath ?? Buffer.from(path), Buffer.from('/'), bytes]) };
}

/** Returns the place of a path. */
export function placeOf(bytes: Buffer): Place {
  return isUtf8(bytes) ? { path: bytes.toString('utf8') } : { path: textOf(bytes), rawPath: bytes };
}

/** Returns the text of a name; bytes above 0x7f of a name that is not UTF-8 become escapes. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}
