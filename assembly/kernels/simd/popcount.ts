import {
  BLOCK_FILTERS,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_WEIGHTS,
  TYPE_BITS,
  TYPE_INT32,
} from '../../layout';
import { computedHeight, computedWidth, filtersOf } from '../../op';
import { popcountExpandedBytes, popcountScratchBytes } from '../../plans/vector-plan';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../../tensor';
import { filters, openOutputAt, outputType, outputWidth } from '../epilogue';
import { kernelHeight, kernelWidth, moveWindow, openWindow } from '../window';
import { openRun, putRun } from './put';
import { transpose } from './sliced';
import { gather, overlap, popcount } from './words';

// Binary convolution of any shape, dense layers too: like the scalar kernel, but two pixels and four filters
// at once, so that each loaded word is used several times. It uses 64-bit popcounts: V8 compiles i8x16.popcnt
// to ten instructions on x64.
//
// Threads: parts are rows of the output, or ranges of filters if the output has one pixel. Each thread has
// windows and sums of its own.

export function popcountScratch(model: usize, index: u32): u32 {
  const op = opRecord(model, index);
  return <u32>(
    popcountScratchBytes(rowBytes(model, op) * planes(model, load<u16>(op + OP_INPUT)), filtersOf(op))
  );
}

/** Returns the bytes of the expanded weights. */
export function popcountExpanded(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  return <u64>popcountExpandedBytes(rowBytes(model, op), filtersOf(op));
}

/** Returns the bytes of a filter's words. */
function rowBytes(model: usize, op: usize): number {
  const taps: number = <u32>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  return taps * (wordsFor(channels(model, load<u16>(op + OP_INPUT))) << 2);
}

/** Writes the weights as [filter][tap][word]. */
export function expandPopcount(model: usize, index: u32, to: usize): void {
  const op = opRecord(model, index);
  const count = filtersOf(op);
  const inputs = channels(model, load<u16>(op + OP_INPUT));
  const taps = <u32>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  const bytes = (taps * wordsFor(inputs)) << 2;
  // Behind the weights there is room for the words of a block.
  const square = to + count * bytes;
  let from = model + load<u32>(op + OP_WEIGHTS);
  for (let first: u32 = 0; first < count; first += BLOCK_FILTERS) {
    const some = min<u32>(BLOCK_FILTERS, count - first);
    let word = to + first * bytes;
    for (let tap: u32 = 0; tap < taps; tap++) {
      for (let input: u32 = 0; input < inputs; input += 32, word += 4) {
        const left = min(32, inputs - input);
        transpose(from, left, square);
        from += left << 2;
        for (let filter: u32 = 0; filter < some; filter++) {
          store<u32>(word + filter * bytes, load<u32>(square + (filter << 2)));
        }
      }
    }
  }
}

// The open layer.
let inputPlanes: u32 = 0;
let inputWidth: u32 = 0;
let tapWords: u32 = 0;
let image: usize = 0;
let weights: usize = 0;
let outputHeight: u32 = 0;
let scratch: usize = 0;
let parts: u32 = 1;

/** @param target where the computed pixels go */
export function popcountConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  openPopcount(model, arena, scratch, expanded, target, index);
  for (let y: u32 = 0; y < outputHeight; y++) convolve(y, 0, filters);
}

/** Opens op `index`, a binary convolution; `own` is this thread's scratch memory. */
export function openPopcount(
  model: usize,
  arena: usize,
  own: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  inputPlanes = planes(model, input);
  tapWords = wordsFor(channels(model, input));
  inputWidth = width(model, input);
  image = arena + offset(model, input);
  weights = expanded;
  outputHeight = computedHeight(model, index);
  scratch = own;
  openWindow(op, height(model, input), inputWidth);
  openOutputAt(model, arena, target, computedWidth(model, index), index);
}

/** Divides the open layer for a number of threads. @returns the number of parts */
export function popcountParts(threads: u32): u32 {
  // Addends of fixed-point numbers are in memory that threads share.
  if (outputType != TYPE_BITS && outputType != TYPE_INT32) parts = 1;
  // Each word of the output belongs to one part.
  else if (outputHeight * outputWidth > 1) parts = outputHeight;
  else parts = (filters & 31) == 0 ? min(threads, filters >>> 5) : 1;
  return parts;
}

/** Computes one of the parts of the last call of `popcountParts`. */
export function popcountPart(part: u32): void {
  if (outputHeight * outputWidth > 1) {
    convolve(part, 0, filters);
    return;
  }
  const words = filters >>> 5;
  if (parts == 1) convolve(0, 0, filters);
  else convolve(0, ((words * part) / parts) << 5, ((words * (part + 1)) / parts) << 5);
}

/** Filters `from` to `to` (not all of them: multiples of 32) of an output row. */
function convolve(y: u32, from: u32, to: u32): void {
  const planeWords = kernelHeight * kernelWidth * tapWords;
  const planeBytes = planeWords << 2;
  const rowBytes = (planeBytes * inputPlanes + 15) & ~15;
  const sumBytes = ((filters << 2) + 31) & ~31;
  const first = scratch;
  const second = first + rowBytes;
  const firstSums = second + rowBytes;
  const secondSums = firstSums + sumBytes;
  for (let x: u32 = 0; x < outputWidth; x += 2) {
    const both = x + 1 < outputWidth;
    moveWindow(y, x);
    for (let plane: u32 = 0; plane < inputPlanes; plane++) {
      gather(image, inputWidth, inputPlanes, plane, tapWords, first + plane * planeBytes);
    }
    const firstOnes = popcount(first, planeWords * inputPlanes);
    let secondOnes: i32 = 0;
    if (both) {
      moveWindow(y, x + 1);
      for (let plane: u32 = 0; plane < inputPlanes; plane++) {
        gather(image, inputWidth, inputPlanes, plane, tapWords, second + plane * planeBytes);
      }
      secondOnes = popcount(second, planeWords * inputPlanes);
    }
    for (let plane: u32 = 0; plane < inputPlanes; plane++) {
      const start = plane * planeBytes;
      const a = first + start;
      if (both) pairOfPixels(a, second + start, weights, planeWords, filters, firstSums, secondSums, plane);
      else onePixel(a, weights + from * planeBytes, planeWords, to - from, firstSums, plane);
    }
    // If filters are divided, parts write whole bytes, which need not be cleared.
    const number = y * outputWidth + x;
    if (to - from == filters) openRun(number, both ? 2 : 1);
    finish(number, firstSums, from, to, firstOnes);
    if (both) finish(number + 1, secondSums, 0, filters, secondOnes);
  }
}

/**
 * Counts the bits set in both window and filter: it stores the counts of plane 0 as sums, and adds those of
 * plane 1. A dense layer, which uses each weight once, spends its time here: one filter at a time, since
 * registers of four would spill.
 */
function onePixel(a: usize, weights: usize, words: u32, filters: u32, sums: usize, plane: u32): void {
  const bytes = words << 2;
  const end = weights + filters * bytes;
  const whole: u32 = bytes & ~31;
  const rest = (bytes - whole) >>> 2;
  for (let row = weights; row < end; row += bytes, sums += 4) {
    let count: i64 = 0;
    for (let at = a, last = a + whole, w = row; at < last; at += 32, w += 32) {
      count +=
        popcnt<i64>(load<i64>(at) & load<i64>(w)) +
        popcnt<i64>(load<i64>(at, 8) & load<i64>(w, 8)) +
        (popcnt<i64>(load<i64>(at, 16) & load<i64>(w, 16)) +
          popcnt<i64>(load<i64>(at, 24) & load<i64>(w, 24)));
    }
    if (rest != 0) count += overlap(a + whole, row + whole, rest);
    store<i32>(sums, plane == 0 ? <i32>count : <i32>count + load<i32>(sums));
  }
}

/** Counts like `onePixel`, for two pixels. */
function pairOfPixels(
  a: usize,
  b: usize,
  weights: usize,
  words: u32,
  filters: u32,
  firstSums: usize,
  secondSums: usize,
  plane: u32,
): void {
  const bytes = words << 2;
  const whole: u32 = bytes & ~7;
  const odd = (words & 1) != 0;
  let filter: u32 = 0;
  for (; filter + 4 <= filters; filter += 4) {
    const w0 = weights + filter * bytes;
    const w1 = w0 + bytes;
    const w2 = w1 + bytes;
    const w3 = w2 + bytes;
    let c0: i64 = 0;
    let c1: i64 = 0;
    let c2: i64 = 0;
    let c3: i64 = 0;
    let d0: i64 = 0;
    let d1: i64 = 0;
    let d2: i64 = 0;
    let d3: i64 = 0;
    for (let at: u32 = 0; at < whole; at += 8) {
      const p = load<i64>(a + at);
      const q = load<i64>(b + at);
      let w = load<i64>(w0 + at);
      c0 += popcnt<i64>(p & w);
      d0 += popcnt<i64>(q & w);
      w = load<i64>(w1 + at);
      c1 += popcnt<i64>(p & w);
      d1 += popcnt<i64>(q & w);
      w = load<i64>(w2 + at);
      c2 += popcnt<i64>(p & w);
      d2 += popcnt<i64>(q & w);
      w = load<i64>(w3 + at);
      c3 += popcnt<i64>(p & w);
      d3 += popcnt<i64>(q & w);
    }
    if (odd) {
      const p = load<i32>(a + whole);
      const q = load<i32>(b + whole);
      c0 += popcnt<i32>(p & load<i32>(w0 + whole));
      d0 += popcnt<i32>(q & load<i32>(w0 + whole));
      c1 += popcnt<i32>(p & load<i32>(w1 + whole));
      d1 += popcnt<i32>(q & load<i32>(w1 + whole));
      c2 += popcnt<i32>(p & load<i32>(w2 + whole));
      d2 += popcnt<i32>(q & load<i32>(w2 + whole));
      c3 += popcnt<i32>(p & load<i32>(w3 + whole));
      d3 += popcnt<i32>(q & load<i32>(w3 + whole));
    }
    add(firstSums, filter, <i32>c0, plane);
    add(firstSums, filter + 1, <i32>c1, plane);
    add(firstSums, filter + 2, <i32>c2, plane);
    add(firstSums, filter + 3, <i32>c3, plane);
    add(secondSums, filter, <i32>d0, plane);
    add(secondSums, filter + 1, <i32>d1, plane);
    add(secondSums, filter + 2, <i32>d2, plane);
    add(secondSums, filter + 3, <i32>d3, plane);
  }
  for (; filter < filters; filter++) {
    const row = weights + filter * bytes;
    add(firstSums, filter, overlap(a, row, words), plane);
    add(secondSums, filter, overlap(b, row, words), plane);
  }
}

function add(sums: usize, filter: u32, count: i32, plane: u32): void {
  const at = sums + (filter << 2);
  store<i32>(at, plane == 0 ? count : count + load<i32>(at));
}

/** Writes the outputs of sums = 2 * counts - ones. */
function finish(number: u32, sums: usize, from: u32, to: u32, ones: i32): void {
  const shared = i32x4.splat(ones);
  for (let filter = from; filter < to; filter += 8, sums += 32) {
    v128.store(sums, i32x4.sub(i32x4.shl(v128.load(sums), 1), shared));
    v128.store(sums, i32x4.sub(i32x4.shl(v128.load(sums, 16), 1), shared), 16);
    putRun(number, 1, filter, sums);
  }
}
