/**
 * The safetensors format (https://github.com/huggingface/safetensors), which other tools read too:
 *
 *     0      u64    N, the length of the header, little-endian
 *     8      N      the header, JSON in UTF-8:
 *                   {"__metadata__": {name: text}, name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}}
 *     8 + N  bytes  the tensors, row-major and little-endian; offsets count from here
 *
 * The reader is strict. Tensors must cover all bytes after the header, without gaps or overlaps; names must be unique.
 */
import { FileError } from '@bd-edge/sdk/internal';

const ARRAY_TYPES = { F32: Float32Array, I8: Int8Array, U8: Uint8Array } as const;

type DataType = keyof typeof ARRAY_TYPES;

export interface Tensor {
  readonly shape: readonly number[];
  /** The elements, row by row. */
  readonly values: Float32Array | Int8Array | Uint8Array;
}

export type Tensors = ReadonlyMap<string, Tensor>;

export interface Safetensors {
  metadata: ReadonlyMap<string, string>;
  tensors: Tensors;
}

/** Bytes before the header. */
export const LENGTH_BYTES = 8;

/** The limit that the format's own reader has. */
const MAX_HEADER_BYTES = 100_000_000;

/** The tensors start at a multiple of this. */
const ALIGNMENT = 8;

const METADATA = '__metadata__';

/** Returns a file in parts: the header with its length, then the bytes of each tensor. */
export function encodeSafetensors({ metadata, tensors }: Safetensors): Uint8Array[] {
  const entries: [string, object][] = metadata.size > 0 ? [[METADATA, Object.fromEntries(metadata)]] : [];
  const data: Uint8Array[] = [];
  let begin = 0;
  for (const [name, { shape, values }] of tensors) {
    if (name === METADATA || elements(shape) !== values.length)
      throw new RangeError(`tensor "${name}" has the shape [${shape}] and ${values.length} values`);
    const end = begin + values.byteLength;
    entries.push([name, { dtype: typeOf(values), shape, data_offsets: [begin, end] }]);
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    begin = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, LENGTH_BYTES);
  return [head, ...data];
}

/**
 * Reads a file.
 *
 * @param path only for the error
 * @returns tensors with copies of their values, in the order of the header
 * @throws {FileError} `invalid-safetensors`
 */
export function parseSafetensors(bytes: Uint8Array<ArrayBuffer>, path: string): Safetensors {
  const invalid = (reason: string) =>
    new FileError('invalid-safetensors', `${path} is not a valid safetensors file: ${reason}.`, { path });
  const { header, start } = readHeader(bytes, invalid);
  const size = bytes.length - start;
  const spans: { name: string; begin: number; end: number }[] = [];
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) continue;
    const { type, shape, begin, end } = readEntry(name, entry, invalid);
    if (end > size) throw invalid(`tensor "${name}" ends at byte ${end} of ${size}`);
    tensors.set(name, { shape, values: arrayOf(type, bytes.slice(start + begin, start + end).buffer) });
    spans.push({ name, begin, end });
  }
  let covered = 0;
  for (const { name, begin, end } of spans.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) throw invalid(`tensor "${name}" begins at byte ${begin}; expected ${covered}`);
    covered = end;
  }
  if (covered !== size) throw invalid(`${size - covered} bytes belong to no tensor`);
  return { metadata: readMetadata(header[METADATA], invalid), tensors };
}

type Invalid = (reason: string) => FileError;

function readHeader(
  bytes: Uint8Array<ArrayBuffer>,
  invalid: Invalid,
): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw invalid(`it has ${bytes.length} bytes, less than a header's length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const limit = Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (length > limit) throw invalid(`its header has ${length} bytes; expected at most ${limit}`);
  const start = LENGTH_BYTES + length;
  const text = decodeUtf8(bytes.subarray(LENGTH_BYTES, start), invalid);
  const header = text.startsWith('{') ? parseJson(text) : undefined;
  if (!isRecord(header)) throw invalid('its header is not a JSON object');
  if (countKeys(header) !== countKeysOfText(text)) throw invalid('its header has a name twice');
  return { header, start };
}

function readEntry(name: string, entry: unknown, invalid: Invalid) {
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== 'data_offsets,dtype,shape')
    throw invalid(`tensor "${name}" does not have exactly a dtype, a shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const isType = typeof dtype === 'string' && Object.hasOwn(ARRAY_TYPES, dtype);
  if (!isType) {
    const types = Object.keys(ARRAY_TYPES).join(', ');
    throw invalid(`tensor "${name}" has the dtype ${JSON.stringify(dtype)}; expected one of: ${types}`);
  }
  const type = dtype as DataType;
  if (!isSizes(shape) || !Number.isSafeInteger(elements(shape)))
    throw invalid(`tensor "${name}" has the shape ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2)
    throw invalid(`tensor "${name}" has the data_offsets ${JSON.stringify(offsets)}`);
  const [begin, end] = offsets;
  const size = elements(shape) * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
  if (end - begin !== size) throw invalid(`tensor "${name}" has ${end - begin} bytes; expected ${size}`);
  return { type, shape, begin, end };
}

function readMetadata(metadata: unknown, invalid: Invalid): Map<string, string> {
  if (metadata === undefined) return new Map();
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw invalid(`${METADATA} is not an object of strings`);
  return new Map(Object.entries(metadata as Record<string, string>));
}

function decodeUtf8(bytes: Uint8Array, invalid: Invalid): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('its header is not UTF-8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts the names in valid JSON text: strings before a colon. `JSON.parse` would drop all but the last of equal names. */
function countKeysOfText(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon) count++;
  return count;
}

function countKeys(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countKeys(item), 0);
  if (!isRecord(value)) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + countKeys(item), 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function arrayOf(type: DataType, bytes: ArrayBuffer): Tensor['values'] {
  return new ARRAY_TYPES[type](bytes);
}

function typeOf(values: Tensor['values']): DataType {
  if (values instanceof Float32Array) return 'F32';
  return values instanceof Int8Array ? 'I8' : 'U8';
}
