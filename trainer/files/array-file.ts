/**
 * Plain data and arrays of numbers as one file: checkpoints of a training, and decoded images.
 *
 *     0        8 bytes  "BDARRAY" and the version of this layout, 1
 *     8        u32      bytes of the header, little-endian
 *     12       JSON     the data, and name, type and length of each array
 *     then     the arrays, one behind the other, in this machine's byte order
 *     at last  32 bytes SHA-256 of all before it
 *
 * One file, because a file can be replaced at once and two cannot: whoever is killed while writing leaves the former
 * one, whole.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { FileError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { sha256 } from './sha256.js';

export class UnreadableArrayFileError extends FileError {
  override readonly name = 'UnreadableArrayFileError';
}

/** Plain data, and arrays by name. */
export interface ArrayFile<Data = unknown> {
  data: Data;
  arrays: Record<string, Float32Array | Int8Array | Uint8Array>;
}

const MAGIC = 'BDARRAY1';
const DIGEST_BYTES = 32;
/** What is read at once: Node's reads take no more than 2 GiB. */
const CHUNK_BYTES = 2 ** 24;
const TYPES = { float32: Float32Array, int8: Int8Array, uint8: Uint8Array } as const;

interface Header {
  data: unknown;
  arrays: { name: string; type: keyof typeof TYPES; length: number }[];
}

/** @throws DiskFullError with the former file as it was */
export async function writeArrayFile(path: string, { data, arrays }: ArrayFile): Promise<void> {
  const header: Header = {
    data,
    arrays: Object.entries(arrays).map(([name, values]) => ({
      name,
      type: values instanceof Int8Array ? 'int8' : values instanceof Uint8Array ? 'uint8' : 'float32',
      length: values.length,
    })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const views = Object.values(arrays).map((values) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  const body = [Buffer.from(MAGIC), length, json, ...views];
  await writeFileWhole(path, [...body, sha256(body)]);
}

/**
 * @returns undefined where there is no such file
 * @throws UnreadableArrayFileError where it is damaged, or something else
 */
export async function readArrayFile<Data>(path: string): Promise<ArrayFile<Data> | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  const bytes = await readAll(file).finally(() => file.close());
  const end = bytes.length - DIGEST_BYTES;
  if (end < MAGIC.length + 4 || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw unreadable(path, 'it is something else, or of another version');
  }
  if (!sha256([bytes.subarray(0, end)]).equals(bytes.subarray(end))) {
    throw unreadable(path, 'its bytes do not match its checksum');
  }
  let at = MAGIC.length + 4;
  const jsonEnd = at + bytes.readUInt32LE(MAGIC.length);
  const header = JSON.parse(bytes.toString('utf8', at, jsonEnd)) as Header;
  at = jsonEnd;
  const arrays: ArrayFile['arrays'] = {};
  for (const { name, type, length } of header.arrays) {
    const size = length * TYPES[type].BYTES_PER_ELEMENT;
    arrays[name] = new TYPES[type](bytes.buffer.slice(at, at + size));
    at += size;
  }
  return { data: header.data as Data, arrays };
}

async function readAll(file: FileHandle): Promise<Buffer<ArrayBuffer>> {
  const { size } = await file.stat();
  const bytes = Buffer.from(new ArrayBuffer(size));
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK_BYTES, size - at), at);
    if (bytesRead === 0) break; // cut short in the meantime: the checksum will not match
    at += bytesRead;
  }
  return bytes;
}

function unreadable(path: string, reason: string): UnreadableArrayFileError {
  return new UnreadableArrayFileError(
    `${path} cannot be used (${reason}); delete it and begin again without it.`,
  );
}
