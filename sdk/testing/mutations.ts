import * as layout from '../../assembly/layout.js';
import { crc32 } from '../format/crc32.js';
import type { Random } from './random-graph.js';

/** Corrects the size and the checksum of a changed buffer, so that readers check the other rules. */
export function reseal(bytes: Uint8Array): Uint8Array {
  if (bytes.length < layout.HEADER_BYTES) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(layout.HEADER_FILE_BYTES, bytes.length, true);
  view.setUint32(layout.HEADER_CHECKSUM, crc32(bytes.subarray(layout.CHECKSUM_START)), true);
  return bytes;
}

const BOUNDARY_VALUES = [
  0,
  1,
  2,
  3,
  4,
  5,
  31,
  32,
  33,
  127,
  128,
  255,
  256,
  65535,
  65536,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/**
 * Returns a hostile variant of a valid buffer: flipped bits, fields overwritten with boundary values
 * (mostly in the header and the op records), other pools, outputs in the place of others, copied runs, a
 * shorter or longer end. The checksum is corrected in nine cases of ten.
 */
export function mutate(valid: Uint8Array, rng: Random): Uint8Array {
  let bytes = valid.slice();
  const ops = new DataView(valid.buffer, valid.byteOffset).getUint16(layout.HEADER_OP_COUNT, true);
  const rulesEnd = Math.min(layout.HEADER_BYTES + ops * layout.OP_BYTES, bytes.length);
  for (let count = rng.integer(1, 4); count > 0; count--) {
    const at = rng.integer(0, (rng.chance(0.8) ? rulesEnd : bytes.length) - 1);
    const kind = rng.integer(0, 11);
    if (kind < 3) bytes[at] ^= 1 << rng.integer(0, 7);
    else if (kind < 5) bytes[at] = rng.integer(0, 255);
    else if (kind < 8) writeBoundaryValue(bytes, at, rng);
    else if (kind === 8) bytes.copyWithin(at, rng.integer(0, rulesEnd - 1), rng.integer(0, rulesEnd - 1));
    else if (kind > 9) changeOp(bytes, ops, rng);
    else if (rng.chance(0.3)) bytes = resize(bytes, rng.integer(0, bytes.length + 64));
    if (bytes.length < layout.HEADER_BYTES) return bytes;
  }
  return rng.chance(0.9) ? reseal(bytes) : bytes;
}

/** Gives an op another pool, or the place of another op's output. Ops are where they are in valid buffers. */
function changeOp(bytes: Uint8Array, ops: number, rng: Random): void {
  const view = new DataView(bytes.buffer);
  const record = () => layout.HEADER_BYTES + rng.integer(0, ops - 1) * layout.OP_BYTES;
  const [changed, other] = [record(), record()];
  if (Math.max(changed, other) + layout.OP_BYTES > bytes.length) return;
  if (rng.chance(0.5)) {
    const field = rng.chance(0.5) ? layout.OP_POOL_HEIGHT : layout.OP_POOL_WIDTH;
    bytes[changed + field] = rng.chance(0.7) ? rng.integer(0, 3) : rng.integer(4, 255);
  } else {
    const place = view.getUint32(other + layout.OP_OUTPUT_OFFSET, true);
    view.setUint32(changed + layout.OP_OUTPUT_OFFSET, place, true);
  }
}

/** Overwrites the aligned 32- or 16-bit field at `at` with a boundary value, or changes it a little. */
function writeBoundaryValue(bytes: Uint8Array, at: number, rng: Random): void {
  const view = new DataView(bytes.buffer);
  const value = BOUNDARY_VALUES[rng.integer(0, BOUNDARY_VALUES.length - 1)];
  if (rng.chance(0.5)) {
    const field = Math.min(at & ~3, bytes.length - 4);
    const moved = view.getUint32(field, true) + rng.integer(-16, 16);
    view.setUint32(field, rng.chance(0.5) ? value : moved, true);
  } else {
    const field = Math.min(at & ~1, bytes.length - 2);
    const moved = view.getUint16(field, true) + rng.integer(-3, 3);
    view.setUint16(field, rng.chance(0.5) ? value : moved, true);
  }
}

function resize(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const resized = new Uint8Array(length);
  resized.set(bytes.subarray(0, length));
  return resized;
}
