import {
  OP_OUTPUTS_PER_SUM,
  OP_POOL_HEIGHT,
  OP_POOL_WIDTH,
  OP_STRIDE_Y,
  OP_WEIGHTS,
  TYPE_INT16,
  TYPE_U8,
} from '../../layout';
import { computedHeight, computedWidth, filtersOf } from '../../op';
import { parametersOf } from '../../place';
import {
  MAX_VECTOR_BYTES,
  pairExpandedBytes,
  pairRowValues,
  RUN_BYTES,
  RUN_PIXELS,
} from '../../plans/vector-plan';
import { height, opRecord, type, width } from '../../tensor';
import { openOutput, openOutputAt } from '../epilogue';
import { inputChannels, kernelHeight, kernelWidth, openPadded, pixelStep, rowLength, spread } from './padded';
import { openRun, putRun } from './put';

// Convolution of an image, a stream or bits with int8 weights whose output is not bits or has few pixels:
// shortcuts, the output layer.
//
// i32x4.dot_i16x8_s multiplies two neighbors of a run with two weights of each of eight filters, without a
// sum across lanes. A run of an odd length has one value more, whose weight is 0.

/** Bytes of the sums of four pixels, behind those of a run that is so much shorter. */
const FOUR_BYTES: u32 = 128;
const POOL_RUN_PIXELS: u32 = RUN_PIXELS - 4;

let filters: u32 = 0;
let rowValues: u32 = 0;
let scratchBytes: u32 = 0;

/** Opens op `index`, an int8 convolution. @returns false if it needs too much memory */
export function openPairs(model: usize, index: u32): bool {
  const padded = openPadded(model, index);
  filters = filtersOf(opRecord(model, index));
  rowValues = <u32>pairRowValues(kernelWidth, inputChannels);
  if (padded + pairExpandedBytes(kernelHeight, rowValues, filters) > MAX_VECTOR_BYTES) return false;
  scratchBytes = <u32>padded + RUN_BYTES;
  return true;
}

export function pairsScratch(): u32 {
  return scratchBytes;
}

export function pairsExpanded(): u32 {
  return <u32>pairExpandedBytes(kernelHeight, rowValues, filters);
}

/** Writes the weights as [8 filters][kernel row][pair][filter][2]. */
export function expandPairs(model: usize, index: u32, to: usize): void {
  const run = kernelWidth * inputChannels;
  const weights = model + load<u32>(opRecord(model, index) + OP_WEIGHTS);
  for (let block: u32 = 0; block < filters; block += 8) {
    for (let row: u32 = 0; row < kernelHeight; row++) {
      for (let value: u32 = 0; value < rowValues; value += 2) {
        for (let filter = block; filter < block + 8; filter++, to += 4) {
          const at = weights + (filter * kernelHeight + row) * run + value;
          store<i16>(to, filter < filters ? load<i8>(at) : 0);
          store<i16>(to, filter < filters && value + 1 < run ? load<i8>(at, 1) : 0, 2);
        }
      }
    }
  }
}

/** Returns whether the op keeps the largest of four numbers that each are made of one sum. */
export function poolsFourNumbers(model: usize, index: u32): bool {
  const op = opRecord(model, index);
  const outputType = type(model, index + 1);
  return (
    (outputType == TYPE_U8 || outputType == TYPE_INT16) &&
    load<u8>(op + OP_OUTPUTS_PER_SUM) == 1 &&
    load<u8>(op + OP_POOL_HEIGHT) == 2 &&
    load<u8>(op + OP_POOL_WIDTH) == 2
  );
}

/**
 * Computes such an op with its pool. A number does not decrease with its sum, or with a negative multiplier does not
 * increase, so the largest or the smallest of four sums gives the largest number.
 */
export function pairsPool(model: usize, arena: usize, scratch: usize, expanded: usize, index: u32): void {
  const op = opRecord(model, index);
  const plane = scratch + RUN_BYTES;
  const four = plane - FOUR_BYTES;
  const outputWidth = width(model, index + 1);
  openOutput(model, arena, index);
  spread(model, arena, plane, op);
  const rowBytes = rowLength << 1;
  const downBytes = rowBytes * load<u8>(op + OP_STRIDE_Y);
  const blockBytes = kernelHeight * rowValues * 16;
  const step = pixelStep << 1;
  for (let y: u32 = 0; y < height(model, index + 1); y++) {
    for (let x: u32 = 0; x < outputWidth; x += POOL_RUN_PIXELS) {
      const count = min<u32>(POOL_RUN_PIXELS, outputWidth - x);
      const number = y * outputWidth + x;
      const start = plane + 2 * (y * downBytes + x * step);
      let weights = expanded;
      for (let filter: u32 = 0; filter < filters; filter += 8, weights += blockBytes) {
        const multipliers = parametersOf(model, op) + (filter << 2);
        let window = start;
        let sums = scratch;
        for (let left = count; left > 0; left--, window += 2 * step, sums += 32) {
          sumFourPixels(window, step, downBytes, rowBytes, weights, four);
          keepOne(four, multipliers, sums);
        }
        putRun(number, count, filter, scratch);
      }
    }
  }
}

/** @param target where the computed pixels go */
export function pairsConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  const op = opRecord(model, index);
  const plane = scratch + RUN_BYTES;
  const outputHeight = computedHeight(model, index);
  const outputWidth = computedWidth(model, index);
  openOutputAt(model, arena, target, outputWidth, index);
  spread(model, arena, plane, op);
  const rowBytes = rowLength << 1;
  const downBytes = rowBytes * load<u8>(op + OP_STRIDE_Y);
  const blockBytes = kernelHeight * rowValues * 16;
  const step = pixelStep << 1;
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x += RUN_PIXELS) {
      const count = min<u32>(RUN_PIXELS, outputWidth - x);
      const number = y * outputWidth + x;
      const start = plane + y * downBytes + x * step;
      openRun(number, count);
      let weights = expanded;
      for (let filter: u32 = 0; filter < filters; filter += 8, weights += blockBytes) {
        let window = start;
        let sums = scratch;
        let left = count;
        // The last pixel of four may lie beyond the end.
        for (; left > 2; left -= min(left, 4), window += 4 * step, sums += 128)
          sumFourPixels(window, step, 2 * step, rowBytes, weights, sums);
        for (; left > 0; left--, window += step, sums += 32) sumPixel(window, rowBytes, weights, sums);
        putRun(number, count, filter, scratch);
      }
    }
  }
}

/** Keeps the largest of four pixels' sums of eight filters, or the smallest where the multiplier is negative. */
function keepOne(four: usize, multipliers: usize, to: usize): void {
  for (let half: u32 = 0; half < 32; half += 16, four += 16) {
    const a = v128.load(four);
    const b = v128.load(four, 32);
    const c = v128.load(four, 64);
    const d = v128.load(four, 96);
    const largest = i32x4.max_s(i32x4.max_s(a, b), i32x4.max_s(c, d));
    const smallest = i32x4.min_s(i32x4.min_s(a, b), i32x4.min_s(c, d));
    const negative = i32x4.shr_s(v128.load(multipliers + half), 31);
    v128.store(to + half, v128.bitselect(smallest, largest, negative));
  }
}

/**
 * Computes the sums of four pixels and eight filters.
 *
 * @param step bytes from the first pixel to the second, and from the third to the fourth
 * @param third bytes from the first pixel to the third
 */
function sumFourPixels(
  window: usize,
  step: u32,
  third: u32,
  rowBytes: u32,
  weights: usize,
  sums: usize,
): void {
  let a0 = i32x4.splat(0);
  let a1 = i32x4.splat(0);
  let a2 = i32x4.splat(0);
  let a3 = i32x4.splat(0);
  let b0 = i32x4.splat(0);
  let b1 = i32x4.splat(0);
  let b2 = i32x4.splat(0);
  let b3 = i32x4.splat(0);
  for (let rows = kernelHeight; rows > 0; rows--, window += rowBytes) {
    let p0 = window;
    let p1 = p0 + step;
    let p2 = p0 + third;
    let p3 = p2 + step;
    for (const end = window + (rowValues << 1); p0 < end; p0 += 4, p1 += 4, p2 += 4, p3 += 4, weights += 32) {
      const low = v128.load(weights);
      const high = v128.load(weights, 16);
      let values = v128.load32_splat(p0);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(values, low));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(values, high));
      values = v128.load32_splat(p1);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(values, low));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(values, high));
      values = v128.load32_splat(p2);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(values, low));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(values, high));
      values = v128.load32_splat(p3);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(values, low));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(values, high));
    }
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums, a1, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, a2, 64);
  v128.store(sums, b2, 80);
  v128.store(sums, a3, 96);
  v128.store(sums, b3, 112);
}

/** Computes the sums of one pixel and eight filters. */
function sumPixel(window: usize, rowBytes: u32, weights: usize, sums: usize): void {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  for (let rows = kernelHeight; rows > 0; rows--, window += rowBytes) {
    for (let at = window, end = window + (rowValues << 1); at < end; at += 4, weights += 32) {
      const values = v128.load32_splat(at);
      a = i32x4.add(a, i32x4.dot_i16x8_s(values, v128.load(weights)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(values, v128.load(weights, 16)));
    }
  }
  v128.store(sums, a);
  v128.store(sums, b, 16);
}
