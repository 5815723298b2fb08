import { COLUMN_BYTES, COUNTER_VECTORS, SPARSE_RUN } from '../../../plans/sparse-plan';
import { openRun, putRun } from '../put';
import { addCarries, countCarries, countList } from './count';
import {
  carries,
  columns,
  counter,
  filters,
  hasShortOffsets,
  inputChannels,
  inputWidth,
  kernelWidth,
  lanes,
  nextCarries,
  outputHeight,
  outputWidth,
  paddingLeft,
  paddingTop,
  pixels,
  placeSparse,
  seenRows,
  spare,
  strideX,
  strideY,
  sums,
  weights,
} from './layer';
import { listColumns } from './lists';
import { writeSums } from './sums';

// Binary convolution over lists of the inputs that are not 0:
//
//     sum = 2 x (sum of the activations whose weight is +1) - (sum of all activations)
//
// A vector has the weights of one input for 128 filters of one pixel, for 64 filters of two pixels, one below the
// other, or for 32 filters of four. Full adders count the vectors of all listed inputs. The rows that these pixels see
// are listed together, column by column: a window is a slice of the list, and its place is in the address that the
// offsets count from. Inputs that are 2 are in a list of their own, which enters the counter one level higher.
//
// Threads: parts are rows of the output, or vectors of filters if the output has one row. Each thread has its own lists.

let parts: u32 = 1;

export function sparseConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  placeSparse(model, arena, scratch, expanded, target, index);
  convolveRows(0, outputHeight, 0, filters);
}

/** Divides the open layer for a number of threads. @returns the number of parts */
export function sparseParts(threads: u32): u32 {
  if (outputHeight > pixels) parts = min((outputHeight + pixels - 1) / pixels, 2 * threads);
  // Each word of the output belongs to one part.
  else parts = (filters & 31) == 0 ? min(threads, (filters + lanes - 1) / lanes) : 1;
  return parts;
}

/** Computes one of the parts of the last call of `sparseParts`. */
export function sparsePart(part: u32): void {
  if (outputHeight > pixels) {
    const groups = (outputHeight + pixels - 1) / pixels;
    const end = min(outputHeight, ((groups * (part + 1)) / parts) * pixels);
    convolveRows(((groups * part) / parts) * pixels, end, 0, filters);
    return;
  }
  const vectors = (filters + lanes - 1) / lanes;
  const last = min(filters, ((vectors * (part + 1)) / parts) * lanes);
  convolveRows(0, outputHeight, ((vectors * part) / parts) * lanes, last);
}

/** Computes rows of the output, for filters `first` to `last`. */
function convolveRows(y: u32, end: u32, first: u32, last: u32): void {
  for (let step = seenRows; y < end; y += pixels, step = pixels * strideY) {
    const rows = min(pixels, end - y);
    const top = <i32>(y * strideY) - <i32>paddingTop;
    if (hasShortOffsets) listColumns<u16>(top, step);
    else listColumns<u32>(top, step);
    // If filters are divided, parts write whole bytes, which need not be cleared.
    if (last - first == filters) openRun(y * outputWidth, rows * outputWidth);
    for (let filter = first; filter < last; filter += lanes) {
      const vectors = weights + (((filter / lanes) * (seenRows * kernelWidth * inputChannels + 1)) << 4);
      for (let x: u32 = 0; x < outputWidth; x += SPARSE_RUN) {
        const count = min<u32>(SPARSE_RUN, outputWidth - x);
        if (hasShortOffsets) sumRun<u16>(vectors, x, count);
        else sumRun<u32>(vectors, x, count);
        const here = min(lanes, last - filter);
        for (let row: u32 = 0; row < rows; row++) {
          let at = sums + ((row * (lanes >>> 3) * SPARSE_RUN) << 5);
          for (let eight: u32 = 0; eight < here; eight += 8, at += SPARSE_RUN << 5) {
            putRun((y + row) * outputWidth + x, count, filter + eight, at);
          }
        }
      }
    }
  }
}

/** Computes the sums of a run of `count` places from column `x` on. */
function sumRun<E>(vectors: usize, x: u32, count: u32): void {
  const columnBytes = <i32>(inputChannels << 4);
  const vectorBytes = (seenRows * kernelWidth * inputChannels) << 4;
  for (let place: u32 = 0; place < count; place++) {
    const left = <i32>((x + place) * strideX) - <i32>paddingLeft;
    const from = columns + <u32>max(0, left) * COLUMN_BYTES;
    const to = columns + <u32>min<i32>(inputWidth, left + kernelWidth) * COLUMN_BYTES;
    const base = vectors - left * columnBytes;
    const zero = vectorBytes + left * columnBytes;
    for (let at = counter; at < counter + COUNTER_VECTORS * 16; at += 32) {
      v128.store(at, i64x2.splat(0));
      v128.store(at, i64x2.splat(0), 16);
    }
    const one = load<u32>(from);
    const oneEnd = load<u32>(to);
    const two = load<u32>(from, 4);
    const twoEnd = load<u32>(to, 4);
    const end = countList<E>(one, oneEnd, base, zero, counter, carries, spare);
    let next = countList<E>(two, twoEnd, base, zero, counter + 16, nextCarries, spare);
    next = addCarries(v128.load(counter, 48), carries, end, counter + 48, next);
    const largest = <u32>(oneEnd - one + 2 * (twoEnd - two)) / sizeof<E>();
    for (let level: u32 = 4; largest >>> level != 0; level += 3) {
      next = countCarries(nextCarries, next, counter + (level << 4));
    }
    const levels = 32 - clz(largest);
    const total = i32x4.sub(v128.load(to, 8), v128.load(from, 8));
    if (lanes == 128) {
      const all = i16x8.splat(<i16>i32x4.extract_lane(total, 0));
      writeSums(levels, all, all, place);
    } else if (lanes == 64) {
      writeSums(
        levels,
        i16x8.splat(<i16>i32x4.extract_lane(total, 0)),
        i16x8.splat(<i16>i32x4.extract_lane(total, 1)),
        place,
      );
    } else {
      const low = i8x16.shuffle(total, total, 0, 1, 0, 1, 0, 1, 0, 1, 4, 5, 4, 5, 4, 5, 4, 5);
      const high = i8x16.shuffle(total, total, 8, 9, 8, 9, 8, 9, 8, 9, 12, 13, 12, 13, 12, 13, 12, 13);
      writeSums(levels, low, high, place);
    }
  }
}
