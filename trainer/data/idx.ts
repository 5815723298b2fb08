/**
 * The IDX format of the MNIST files (http://yann.lecun.com/exdb/mnist), for unsigned bytes:
 *
 *     0  u16  zero
 *     2  u8   0x08, the type: unsigned byte
 *     3  u8   number of dimensions
 *     4  u32  the dimensions, big-endian, outermost first
 *     ...     the values
 */
import { FileError } from '@bd-edge/sdk/internal';

export interface IdxArray {
  dimensions: number[];
  /** A view of the parsed bytes, not a copy. */
  values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const HEADER_BYTES = 4;
const MAX_DIMENSIONS = 8;

/**
 * Parses one array of unsigned bytes.
 *
 * @param path only for the error
 * @throws {FileError} `invalid-idx`
 */
export function parseIdx(bytes: Uint8Array, path?: string): IdxArray {
  const invalid = (reason: string) => invalidIdx(path ?? 'The file', `it ${reason}`, path);
  if (bytes.length < HEADER_BYTES) throw invalid(`has ${bytes.length} bytes, less than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0) throw invalid('does not begin with two zero bytes');
  if (bytes[2] !== UNSIGNED_BYTE) throw invalid(`has the type code ${bytes[2]}; expected ${UNSIGNED_BYTE}`);
  const rank = bytes[3];
  if (rank < 1 || rank > MAX_DIMENSIONS)
    throw invalid(`has ${rank} dimensions; expected 1 to ${MAX_DIMENSIONS}`);
  const start = HEADER_BYTES + 4 * rank;
  if (bytes.length < start) throw invalid('ends within its header');

  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i));
  const size = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length - start !== size) {
    throw invalid(`has ${bytes.length - start} values; its header specifies ${dimensions.join(' x ')}`);
  }
  return { dimensions, values: bytes.subarray(start) };
}

/** Makes the error for an IDX file that is not valid. */
export function invalidIdx(subject: string, reason: string, path?: string, cause?: unknown): FileError {
  const message = `${subject} is not valid IDX data: ${reason}. Download it again.`;
  return new FileError('invalid-idx', message, { path, cause });
}
