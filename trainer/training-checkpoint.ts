/**
 * A training's state as one file: everything that it takes to go on as if nothing had happened.
 *
 *     0        8 bytes  "BDTRAIN" and the version of this layout, 1
 *     8        u32      bytes of the header, little-endian
 *     12       JSON     state, and name, type and length of each array
 *     then     the arrays, one behind the other
 *     at last  32 bytes SHA-256 of all before it
 *
 * One file, because a file can be replaced at once and two cannot: whoever is killed while writing leaves the former
 * checkpoint, whole.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FileError } from '../sdk/errors.js';
import { writeFileWhole } from './write-file.js';

export class UnreadableCheckpointError extends FileError {}

/** What a checkpoint keeps: plain data, and arrays by name. */
export interface TrainingCheckpoint<State = unknown> {
  state: State;
  arrays: Record<string, Float32Array | Int8Array>;
}

const MAGIC = 'BDTRAIN1';
const DIGEST_BYTES = 32;
const TYPES = { float32: Float32Array, int8: Int8Array } as const;

interface Header {
  state: unknown;
  arrays: { name: string; type: keyof typeof TYPES; length: number }[];
}

/** @throws DiskFullError with the former checkpoint as it was */
export async function writeCheckpoint(path: string, { state, arrays }: TrainingCheckpoint): Promise<void> {
  const header: Header = {
    state,
    arrays: Object.entries(arrays).map(([name, values]) => ({
      name,
      type: values instanceof Int8Array ? 'int8' : 'float32',
      length: values.length,
    })),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const views = Object.values(arrays).map((values) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  const body = Buffer.concat([Buffer.from(MAGIC), length, json, ...views]);
  await writeFileWhole(path, Buffer.concat([body, digest(body)]));
}

/**
 * @returns undefined where there is no such file
 * @throws UnreadableCheckpointError where it is damaged, or something else
 */
export async function readCheckpoint<State>(path: string): Promise<TrainingCheckpoint<State> | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const end = bytes.length - DIGEST_BYTES;
  if (end < MAGIC.length + 4 || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw unreadable(path, 'it is something else, or of another version');
  }
  if (!digest(bytes.subarray(0, end)).equals(bytes.subarray(end))) {
    throw unreadable(path, 'its bytes do not match its checksum');
  }
  let at = MAGIC.length + 4;
  const jsonEnd = at + bytes.readUInt32LE(MAGIC.length);
  const header = JSON.parse(bytes.toString('utf8', at, jsonEnd)) as Header;
  at = jsonEnd;
  const arrays: TrainingCheckpoint['arrays'] = {};
  for (const { name, type, length } of header.arrays) {
    const size = length * TYPES[type].BYTES_PER_ELEMENT;
    arrays[name] = new TYPES[type](Uint8Array.from(bytes.subarray(at, at + size)).buffer);
    at += size;
  }
  return { state: header.state as State, arrays };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function unreadable(path: string, reason: string): UnreadableCheckpointError {
  return new UnreadableCheckpointError(
    `${path} is no checkpoint to go on from (${reason}); train again without resuming.`,
  );
}
