/**
 * The IDX format of the MNIST files (http://yann.lecun.com/exdb/mnist), for unsigned bytes:
 *
 *     0  u16  zero
 *     2  u8   0x08, the type: unsigned byte
 *     3  u8   number of dimensions
 *     4  u32  the dimensions, big-endian, outermost first
 *     then the values
 */
import { FileError } from '@bd-edge/sdk/internal';

export interface IdxArray {
  dimensions: number[];
  /** A view of the bytes that were parsed, not a copy. */
  values: Uint8Array;
}

export class InvalidIdxError extends FileError {
  override readonly name = 'InvalidIdxError';
}

const UNSIGNED_BYTE = 0x08;
const HEADER_BYTES = 4;
const MAX_DIMENSIONS = 8;

/** @throws InvalidIdxError where the bytes are not exactly one array of unsigned bytes */
export function parseIdx(bytes: Uint8Array): IdxArray {
  if (bytes.length < HEADER_BYTES) throw invalid(`it has ${bytes.length} bytes, fewer than a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0) throw invalid('its first two bytes are not zero');
  if (bytes[2] !== UNSIGNED_BYTE)
    throw invalid(`its type code is ${bytes[2]}, and only ${UNSIGNED_BYTE} is known`);
  const rank = bytes[3];
  if (rank < 1 || rank > MAX_DIMENSIONS)
    throw invalid(`it has ${rank} dimensions, not 1 to ${MAX_DIMENSIONS}`);
  const start = HEADER_BYTES + 4 * rank;
  if (bytes.length < start) throw invalid('it ends within its header');

  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(HEADER_BYTES + 4 * i));
  const size = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length - start !== size) {
    throw invalid(`${dimensions.join(' x ')} values were promised and ${bytes.length - start} are there`);
  }
  return { dimensions, values: bytes.subarray(start) };
}

function invalid(reason: string): InvalidIdxError {
  return new InvalidIdxError(
    `This is not an IDX file of unsigned bytes: ${reason}; unpack it if it is a .gz, or fetch it anew.`,
  );
}
