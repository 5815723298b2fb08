import {
  OP_OUTPUTS_PER_SUM,
  OP_PARAMETERS,
  OP_POOL_HEIGHT,
  OP_POOL_WIDTH,
  TYPE_BITS,
  TYPE_U8,
  WORD_BITS,
} from '../../layout';
import { computedHeight, computedWidth, filtersOf, hasPool } from '../../op';
import { height, offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../../tensor';
import { putBytes } from './part';

// The max-pool that follows a convolution in the same op. Kernels that do not pool by themselves write all computed
// pixels to the start of the scratch memory, and what is here makes the output of them.

/** Returns the bytes of all pixels that an op computes before its pool; 0 without a pool. */
export function computedBytes(model: usize, index: u32): u64 {
  if (!hasPool(opRecord(model, index))) return 0;
  const bytes =
    <u64>computedHeight(model, index) * computedWidth(model, index) * pixelBytes(model, index + 1);
  // Vectors may be read beyond the last pixel.
  return (bytes + 31) & ~15;
}

/** Returns where a kernel writes the pixels that it computes. */
export function targetOf(model: usize, arena: usize, scratch: usize, index: u32): usize {
  return hasPool(opRecord(model, index)) ? scratch : arena + offset(model, index + 1);
}

/** Makes the output of an op with a pool from the computed pixels at `from`. */
export function poolOutput(model: usize, arena: usize, from: usize, index: u32): void {
  const op = opRecord(model, index);
  const rows: u32 = load<u8>(op + OP_POOL_HEIGHT);
  const columns: u32 = load<u8>(op + OP_POOL_WIDTH);
  const bytes = pixelBytes(model, index + 1);
  const rowBytes = computedWidth(model, index) * bytes;
  const givesBits = type(model, index + 1) == TYPE_BITS;
  let to = arena + offset(model, index + 1);
  for (let y = height(model, index + 1); y > 0; y--, from += rows * rowBytes) {
    let window = from;
    for (let x = width(model, index + 1); x > 0; x--, window += columns * bytes, to += bytes) {
      if (givesBits) poolBits(model, index, window, rows * rowBytes, rowBytes, columns * bytes, bytes, to);
      else {
        const readsBytes = type(model, index + 1) == TYPE_U8;
        poolNumbers(window, rows * rowBytes, rowBytes, columns * bytes, bytes, readsBytes, to);
      }
    }
  }
}

function poolNumbers(
  window: usize,
  windowBytes: u32,
  rowBytes: u32,
  columnBytes: u32,
  bytes: u32,
  readsBytes: bool,
  to: usize,
): void {
  for (let at: u32 = 0; at < bytes; at += 16) {
    let largest = v128.load(window + at);
    for (let row = window + at, end = row + windowBytes; row < end; row += rowBytes) {
      for (let pixel = row, last = row + columnBytes; pixel < last; pixel += bytes) {
        const values = v128.load(pixel);
        largest = readsBytes ? i8x16.max_u(largest, values) : i16x8.max_s(largest, values);
      }
    }
    putBytes(to + at, largest, min(bytes - at, 16));
  }
}

function poolBits(
  model: usize,
  index: u32,
  window: usize,
  windowBytes: u32,
  rowBytes: u32,
  columnBytes: u32,
  bytes: u32,
  to: usize,
): void {
  for (let at: u32 = 0; at < bytes; at += 4) {
    let any: u32 = 0;
    let all: u32 = 0xffffffff;
    for (let row = window + at, end = row + windowBytes; row < end; row += rowBytes) {
      for (let pixel = row, last = row + columnBytes; pixel < last; pixel += bytes) {
        const bits = load<u32>(pixel);
        any |= bits;
        all &= bits;
      }
    }
    const mask = andMask(model, index, at >>> 2);
    store<u32>(to + at, (any & ~mask) | (all & mask));
  }
}

/** Returns the mask of one word of the output's pixels. */
function andMask(model: usize, index: u32, word: u32): u32 {
  const op = opRecord(model, index);
  const filters = filtersOf(op);
  const outputs: u32 = load<u8>(op + OP_OUTPUTS_PER_SUM);
  const words = wordsFor(filters);
  const masks = model + load<u32>(op + OP_PARAMETERS) + ((outputs * (filters + words)) << 2);
  if (outputs == 1 || planes(model, index + 1) == 2) return load<u32>(masks + (word << 2));
  // The bits of the second outputs follow those of the first ones without a gap.
  let mask = word < words ? load<u32>(masks + (word << 2)) : 0;
  const second = masks + (words << 2);
  const start = <i32>(word * WORD_BITS) - <i32>filters;
  if (start <= -WORD_BITS) return mask;
  if (start < 0) return mask | (load<u32>(second) << -start);
  const at = second + ((start >>> 5) << 2);
  const shift = start & 31;
  mask |= load<u32>(at) >>> shift;
  if (shift != 0 && <u32>(start >>> 5) + 1 < words) mask |= load<u32>(at, 4) << (32 - shift);
  return mask;
}

/** Checks whether the pool's masks are the directions of the thresholds: then it keeps the bits of the largest sum. */
export function poolsLargest(model: usize, index: u32): bool {
  const op = opRecord(model, index);
  const filters = filtersOf(op);
  const outputs: u32 = load<u8>(op + OP_OUTPUTS_PER_SUM);
  const bytes = (outputs * wordsFor(filters)) << 2;
  let at = model + load<u32>(op + OP_PARAMETERS) + ((outputs * filters) << 2);
  for (const end = at + bytes; at < end; at += 4) if (load<u32>(at) != load<u32>(at + bytes)) return false;
  return true;
}
