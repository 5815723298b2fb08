import { popcountScratchBytes } from '../../../sdk/engine/vector-plan';
import { OP_INPUT, OP_WEIGHTS } from '../../../sdk/format/layout';
import { filtersOf, windowBytes } from '../../op';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../../tensor';
import { gather, overlap, popcount } from '../binary-convolution';
import { openOutput } from '../epilogue';
import { kernelHeight, kernelWidth, moveWindow, openWindow } from '../window';
import { openAt, putEight } from './put';

// Binary convolution of any shape, dense layers too: as the scalar kernel, but two pixels and four filters at once, so
// that a word that was loaded is met by more than one other. 64-bit popcounts: V8 makes ten instructions of
// i8x16.popcnt on x64, and loses.
//
// To split a layer: any range of output pixels, each thread with rows and sums of its own; one pixel, by filters.

export function popcountScratch(model: usize, index: u32): u32 {
  return <u32>popcountScratchBytes(windowBytes(model, index), filtersOf(opRecord(model, index)));
}

export function popcountConvolution(model: usize, arena: usize, scratch: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputPlanes = planes(model, input);
  const tapWords = wordsFor(channels(model, input));
  const inputWidth = width(model, input);
  const image = arena + offset(model, input);
  openWindow(op, height(model, input), inputWidth);
  openOutput(model, arena, index);

  const planeWords = kernelHeight * kernelWidth * tapWords;
  const planeBytes = planeWords << 2;
  const rowBytes = (planeBytes * inputPlanes + 15) & ~15;
  const sumBytes = ((filters << 2) + 15) & ~15;
  const first = scratch;
  const second = first + rowBytes;
  const firstSums = second + rowBytes;
  const secondSums = firstSums + sumBytes;
  const weights = model + load<u32>(op + OP_WEIGHTS);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);

  for (let y: u32 = 0; y < outputHeight; y++) {
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
        else onePixel(a, weights, planeWords, filters, firstSums, plane);
      }
      finish(openAt(y, x), firstSums, filters, firstOnes);
      if (both) finish(openAt(y, x + 1), secondSums, filters, secondOnes);
    }
  }
}

/**
 * sums[filter] (plane 0: =, plane 1: +=) the bits set both in the window and in the filter. A dense layer spends its
 * time here, where each weight is used once: one filter at a time, since the registers of four spill.
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

/** As `onePixel`, for two. */
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

/** sum = 2 both - ones */
function finish(pixel: usize, sums: usize, filters: u32, ones: i32): void {
  const shared = i32x4.splat(ones);
  for (let filter: u32 = 0; filter < filters; filter += 8, sums += 32) {
    const a = i32x4.sub(i32x4.shl(v128.load(sums), 1), shared);
    const b = i32x4.sub(i32x4.shl(v128.load(sums, 16), 1), shared);
    putEight(pixel, filter, a, b);
  }
}
