/**
 * Tensors and plain data in one safetensors file: checkpoints of a training, and decoded images.
 *
 * The metadata has the data as JSON and a SHA-256 of the file, computed with zeros in the place of its own digits. Writes
 * are atomic: if the process is killed, the existing file is left untouched.
 */
import { FileError } from '@bd-edge/sdk/internal';
import { readRegularFile, writeFileWhole } from '@bd-edge/sdk/internal/files';
import { encodeSafetensors, LENGTH_BYTES, parseSafetensors, type Tensors } from './safetensors.js';
import { sha256 } from './sha256.js';

export interface TensorFile<Data = unknown> {
  /** Plain data: what JSON can hold. */
  data: Data;
  tensors: Tensors;
}

/** How the header of every file begins, so that the digits of the digest have a fixed place. */
const PREFIX = '{"__metadata__":{"sha256":"';
const DIGEST_DIGITS = 64;
const DIGEST_START = LENGTH_BYTES + PREFIX.length;
const DIGEST_END = DIGEST_START + DIGEST_DIGITS;

/** The size limit: 4 GiB. */
const MAX_FILE_BYTES = 2 ** 32;

/**
 * Writes a file.
 *
 * @throws {FileError} `disk-full`; an existing file is left untouched
 */
export async function writeTensorFile(path: string, { data, tensors }: TensorFile): Promise<void> {
  const metadata = new Map([
    ['sha256', '0'.repeat(DIGEST_DIGITS)],
    ['data', JSON.stringify(data)],
  ]);
  const [header, ...values] = encodeSafetensors({ metadata, tensors });
  header.set(new TextEncoder().encode(sha256([header, ...values]).toString('hex')), DIGEST_START);
  await writeFileWhole(path, [header, ...values]);
}

/**
 * Reads a file that `writeTensorFile` wrote.
 *
 * @returns undefined if there is no such file
 * @throws {FileError} `invalid-tensor-file` or `invalid-safetensors` if it is damaged or another file, or what
 *   `readRegularFile` throws
 */
export async function readTensorFile<Data>(path: string): Promise<TensorFile<Data> | undefined> {
  const bytes = await readRegularFile(path, MAX_FILE_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  checkDigest(bytes, path);
  const { metadata, tensors } = parseSafetensors(bytes, path);
  return { data: JSON.parse(metadata.get('data') ?? 'null') as Data, tensors };
}

function checkDigest(bytes: Uint8Array, path: string): void {
  const text = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString('latin1');
  const prefix = text(LENGTH_BYTES, DIGEST_START);
  const digest = text(DIGEST_START, DIGEST_END);
  const zeros = new Uint8Array(DIGEST_DIGITS).fill(0x30);
  const parts = [bytes.subarray(0, DIGEST_START), zeros, bytes.subarray(DIGEST_END)];
  if (prefix === PREFIX && sha256(parts).toString('hex') === digest) return;
  const reason = prefix === PREFIX ? 'its checksum does not match' : 'it has no checksum';
  const message = `${path} is damaged or not a file of bd-edge (${reason}); delete it to start without it.`;
  throw new FileError('invalid-tensor-file', message, { path });
}
