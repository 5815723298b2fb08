import { OP_STRIDE_Y, OP_WEIGHTS } from '../../layout';
import { filtersOf } from '../../op';
import {
  MOST_VECTOR_BYTES,
  planeBytes,
  planeExpandedBytes,
  planeItems,
  planeScratchBytes,
} from '../../plans/vector-plan';
import { height, offset, opRecord, pixelBytes, width } from '../../tensor';
import { below, belowStride, cutStride, cuts, openOutput, outputPixelBytes, parameters } from '../epilogue';
import { putBits, writePixels } from './bits';
import {
  inputChannels,
  kernelHeight,
  kernelWidth,
  openPadded,
  pixelStep,
  rowLength,
  rows,
  spread,
} from './padded';

// Convolution with int8 weights and thresholds: the input layer, alone or with the pool of halves behind it.
//
// 16 output pixels and two filters at a time, i32x4.dot_i16x8_s of pairs of values and pairs of weights. For each pair
// of neighbors in a row of the window there is a plane with the pair of every output pixel, one behind the other:
// rows of the output run into each other, and a row of the window is an offset. Where a row has an odd number of
// values, the last one is paired with that of the next row. All pairs of a window are one list of offsets.
//
// With the pool, the four vectors of sums are not 16 neighbors but the four places that four cells of the pool have:
// the layer is one of twice the stride, seen from four places, and only the largest of four sums meets its thresholds.
//
// Sums stay in registers until their thresholds have made bits of them: |sum| < 2^30 by the rules of the format.
//
// To split a layer: any range of blocks of 16 pixels, or cells, once the planes are there.

let items: u32 = 0;
let filters: u32 = 0;
/** Places of a cell, down and across: 2 with the pool, otherwise 1. */
let places: u32 = 1;
let outputHeight: u32 = 0;
let outputWidth: u32 = 0;
/** Rows of the input from one output row, or row of cells, to the next, and as many as one sees. */
let down: u32 = 0;
let windowRows: u32 = 0;
/** Planes of one place across, and residues of rows modulo `down`, each with planes of its own. */
let planeCount: u32 = 0;
let phases: u32 = 0;
let bytes: u32 = 0;
let padded: u32 = 0;
let scratchBytes: u32 = 0;
/** Bytes from the second vector of sums to the first, and from the third to the fourth. */
let beside: u32 = 0;

// Where a run has its memory.
let planes: usize = 0;
let lanes: usize = 0;
let bits: usize = 0;
let offsets: usize = 0;
let weights: usize = 0;
let target: usize = 0;
let pixels: u32 = 0;
let parts: u32 = 1;

/**
 * Whether op `index`, an int8 convolution with thresholds, fits the memory that it may have; makes it the current one.
 *
 * @param pool whether the op behind it is done with it
 */
export function openPlanes(model: usize, index: u32, pool: bool): bool {
  const op = opRecord(model, index);
  const paddedLength = openPadded(model, index);
  filters = filtersOf(op);
  places = pool ? 2 : 1;
  const last = pool ? index + 2 : index + 1;
  outputHeight = height(model, last);
  outputWidth = width(model, last);
  const strideY: u32 = load<u8>(op + OP_STRIDE_Y);
  down = strideY * places;
  windowRows = kernelHeight + (places - 1) * strideY;
  const row = kernelWidth * inputChannels;
  planeCount = (row + 1) >>> 1;
  phases = min(down, windowRows);
  const length = planeBytes(outputHeight, outputWidth, windowRows, down);
  const needed = planeScratchBytes(
    paddedLength,
    length,
    planeCount * places * phases,
    pixelBytes(model, index + 1),
  );
  const count = planeItems(kernelHeight, row);
  if (needed + planeExpandedBytes(count, filters, pool) > MOST_VECTOR_BYTES) return false;
  items = <u32>count;
  bytes = <u32>length;
  beside = pool ? planeCount * phases * bytes : 16;
  padded = <u32>paddedLength;
  scratchBytes = <u32>needed;
  return true;
}

export function planesScratch(): u32 {
  return scratchBytes;
}

export function planesExpanded(): u32 {
  return <u32>planeExpandedBytes(items, filters, places == 2);
}

/** Bytes from the first plane to the pairs that pair `plane` of window row `ky` of the first pixel is in. */
function planeOffset(plane: u32, ky: u32): u32 {
  return (plane * phases + (ky % down)) * bytes + (ky / down) * outputWidth * 4;
}

/**
 * [item][2] offsets, of the first vector of sums and of the third; [8 filters][2 filters][item][filter][2] weights, pairs
 * of filters from the last of eight to the first; with the pool, its offsets behind them. Without it the layer runs too.
 */
export function expandPlanes(model: usize, index: u32, to: usize, pool: bool): void {
  openPlanes(model, index, false);
  expandOffsets(0, to);
  expandWeights(model + load<u32>(opRecord(model, index) + OP_WEIGHTS), to + offsetBytes());
  if (!pool) return;
  openPlanes(model, index, true);
  expandOffsets(down >>> 1, to + offsetBytes() + weightBytes());
}

function expandWeights(from: usize, to: usize): void {
  const row = kernelWidth * inputChannels;
  const whole = row & ~1;
  const step = items << 3;
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    for (let value: u32 = 0; value < whole; value += 2, to += 8) {
      expandItem(from, ky * row + value, ky * row + value + 1, step, to);
    }
  }
  if (whole == row) return;
  for (let ky: u32 = 0; ky < kernelHeight; ky += 2, to += 8) {
    const last = ky * row + whole;
    expandItem(from, last, ky + 1 < kernelHeight ? last + row : -1, step, to);
  }
}

function offsetBytes(): u32 {
  return (items * 8 + 15) & ~15;
}

function weightBytes(): u32 {
  return ((filters + 7) >>> 3) * items * 32;
}

/** The offsets of all items; the third vector is `strideY` rows below the first, or two vectors behind it. */
function expandOffsets(strideY: u32, to: usize): void {
  const behind: u32 = places == 2 ? 0 : 32;
  const whole = (kernelWidth * inputChannels) >>> 1;
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    for (let plane: u32 = 0; plane < whole; plane++, to += 8) {
      store<u32>(to, planeOffset(plane, ky));
      store<u32>(to, planeOffset(plane, ky + strideY) + behind, 4);
    }
  }
  if (whole == planeCount) return;
  for (let ky: u32 = 0; ky < kernelHeight; ky += 2, to += 8) {
    store<u32>(to, planeOffset(whole, ky));
    store<u32>(to, planeOffset(whole, ky + strideY) + behind, 4);
  }
}

/** The two weights of one item, for every filter; -1: there is no second one. */
function expandItem(weights: usize, first: u32, second: u32, step: u32, to: usize): void {
  const window = kernelHeight * kernelWidth * inputChannels;
  for (let block: u32 = 0; block < filters; block += 8) {
    for (let pair: u32 = 8; pair > 0; to += step) {
      pair -= 2;
      for (let filter = block + pair, at = to; filter < block + pair + 2; filter++, at += 4) {
        const row = weights + filter * window;
        const there = filter < filters;
        store<i16>(at, there ? load<i8>(row + first) : 0);
        store<i16>(at, there && second != -1 ? load<i8>(row + second) : 0, 2);
      }
    }
  }
}

export function planesConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  index: u32,
): void {
  placePlanes(model, arena, scratch, expanded, index);
  spreadPlanes(model, arena, scratch, index);
  planesParts(1);
  planesPart(0);
}

/** Says where the open op has its memory. */
export function placePlanes(model: usize, arena: usize, scratch: usize, expanded: usize, index: u32): void {
  openOutput(model, arena, index);
  planes = scratch + padded;
  lanes = planes + bytes * planeCount * places * phases;
  bits = lanes + 128;
  pixels = outputHeight * outputWidth;
  target = arena + offset(model, index + places);
  weights = expanded + offsetBytes();
  offsets = places == 1 ? expanded : weights + weightBytes();
}

/** What all parts read. */
export function spreadPlanes(model: usize, arena: usize, scratch: usize, index: u32): void {
  spread(model, arena, scratch, opRecord(model, index));
  fillPlanes(scratch);
}

/** Divides the open op for a number of threads. @returns how many parts there are */
export function planesParts(threads: u32): u32 {
  const blocks = (pixels + 15) >>> 4;
  parts = threads == 1 ? 1 : min(blocks, 2 * threads);
  return parts;
}

/** Part `part` of what `planesParts` said last. */
export function planesPart(part: u32): void {
  const blocks = (pixels + 15) >>> 4;
  const bitBytes = 16 * (outputPixelBytes + 1);
  const end = min(pixels, ((blocks * (part + 1)) / parts) << 4);
  for (let pixel = ((blocks * part) / parts) << 4; pixel < end; pixel += 16) {
    for (let at = bits, end = bits + bitBytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
    const count = min(16, pixels - pixel);
    sixteen(planes + (pixel << 2), count);
    writePixels(bits, 16, outputPixelBytes, 0, outputPixelBytes, count, target + pixel * outputPixelBytes);
  }
}

/** From padded rows to planes of pairs, four pixels at a time. */
function fillPlanes(from: usize): void {
  const row = kernelWidth * inputChannels;
  const whole = row >>> 1;
  const step = (pixelStep << 1) * places;
  const seen = (outputHeight - 1) * down + windowRows;
  let to = planes;
  for (let place: u32 = 0; place < places; place++, from += pixelStep << 1) {
    for (let plane: u32 = 0; plane < planeCount; plane++) {
      // Rows that lie between the windows of a large stride are in nobody's window.
      for (let phase: u32 = 0; phase < phases; phase++, to += bytes) {
        let at = from + phase * rowLength * 2 + (plane << 2);
        let pairs = to;
        for (let y = phase; y < seen; y += down, at += down * rowLength * 2, pairs += outputWidth << 2) {
          if (plane < whole) fillRow(at, step, pairs);
          // A row beyond the last one only ever meets weights of 0.
          else fillAcross(at, y + 1 < rows ? rowLength * 2 : 0, step, pairs);
        }
      }
    }
  }
}

/** A row of pairs of neighbors, `step` bytes apart. */
function fillRow(at: usize, step: u32, to: usize): void {
  for (const end = to + (outputWidth << 2); to < end; at += 4 * step, to += 16)
    v128.store(to, four(at, step));
}

/** A row of pairs of a value and the one `below` bytes behind it. */
function fillAcross(at: usize, below: u32, step: u32, to: usize): void {
  const low = i32x4.splat(0xffff);
  for (const end = to + (outputWidth << 2); to < end; at += 4 * step, to += 16) {
    v128.store(to, v128.or(v128.and(four(at, step), low), i32x4.shl(four(at + below, step), 16)));
  }
}

/** Four words, `step` bytes apart. */
function four(at: usize, step: u32): v128 {
  if (step == 4) return v128.load(at);
  let words = v128.load32_zero(at);
  words = v128.load_lane<u32>(at + step, words, 1);
  words = v128.load_lane<u32>(at + 2 * step, words, 2);
  return v128.load_lane<u32>(at + 3 * step, words, 3);
}

/** All filters of 16 pixels, or of as many cells as there are, at most 16. */
function sixteen(stream: usize, count: u32): void {
  const pool = places == 2;
  const end = stream + (pool ? count << 2 : 16);
  const eightBytes = items << 5;
  let flips = below;
  let weight = weights;
  for (let filter: u32 = 0; filter < filters; filter += 8, flips++, weight += eightBytes) {
    const limit = parameters + ((filter + 6) << 2);
    for (let at = stream, to = lanes; at < end; at += 16, to += 16) eight(at, weight, limit, to);
    const left = filters - filter;
    const there = i8x16.splat(<i8>(left >= 8 ? <u32>255 : ((<u32>1) << left) - 1));
    // The bits say "below", and are turned round where the direction is not.
    const first = pool ? bytesOf(lanes) : v128.load(lanes);
    putBits(bits, 16, filter, v128.andnot(there, v128.xor(first, i8x16.splat(load<i8>(flips)))));
    if (cuts == 2) {
      const second = pool ? bytesOf(lanes + 64) : v128.load(lanes, 64);
      const turned = v128.xor(second, i8x16.splat(load<i8>(flips + belowStride)));
      putBits(bits, 16, filter + cutStride, v128.andnot(there, turned));
    }
  }
}

/**
 * Bits of eight filters, the second cut's 64 bytes behind the first's: a byte for each of 16 pixels, or a word for each
 * of four cells.
 *
 * @param limit the first limit of the last two filters
 */
function eight(stream: usize, weight: usize, limit: usize, to: usize): void {
  const distance = beside;
  const step = filters << 2;
  const end = offsets + (items << 3);
  let first = i8x16.splat(0);
  let second = i8x16.splat(0);
  // The sixth filter and the seventh, the fourth and the fifth, ...: each doubles what is there and puts its own bit below.
  for (const least = limit - 24; limit >= least; limit -= 8) {
    let at = stream + load<u32>(offsets);
    let third = stream + load<u32>(offsets, 4);
    let w = v128.load32_splat(weight);
    let v = v128.load32_splat(weight, 4);
    let p = v128.load(at);
    let a0 = i32x4.dot_i16x8_s(p, w);
    let b0 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(at + distance);
    let a1 = i32x4.dot_i16x8_s(p, w);
    let b1 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(third);
    let a2 = i32x4.dot_i16x8_s(p, w);
    let b2 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(third + distance);
    let a3 = i32x4.dot_i16x8_s(p, w);
    let b3 = i32x4.dot_i16x8_s(p, v);
    weight += 8;
    for (let item = offsets + 8; item < end; item += 8, weight += 8) {
      at = stream + load<u32>(item);
      third = stream + load<u32>(item, 4);
      w = v128.load32_splat(weight);
      v = v128.load32_splat(weight, 4);
      p = v128.load(at);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(p, w));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(p, v));
      p = v128.load(at + distance);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(p, w));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(p, v));
      p = v128.load(third);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(p, w));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(p, v));
      p = v128.load(third + distance);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(p, w));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(p, v));
    }
    const low = v128.load32_splat(limit);
    const high = v128.load32_splat(limit, 4);
    const secondLow = v128.load32_splat(limit + step);
    const secondHigh = v128.load32_splat(limit + step, 4);
    if (places == 2) {
      const a = i32x4.max_s(i32x4.max_s(a0, a1), i32x4.max_s(a2, a3));
      const b = i32x4.max_s(i32x4.max_s(b0, b1), i32x4.max_s(b2, b3));
      first = withBit(withBit(first, b, high), a, low);
      if (cuts == 2) second = withBit(withBit(second, b, secondHigh), a, secondLow);
    } else {
      first = compare(compare(first, b0, b1, b2, b3, high), a0, a1, a2, a3, low);
      if (cuts == 2) second = compare(compare(second, b0, b1, b2, b3, secondHigh), a0, a1, a2, a3, secondLow);
    }
  }
  v128.store(to, first);
  v128.store(to, second, 64);
}

/** Twice `bits`, and 1 more where a sum is below the limit. */
function withBit(bits: v128, sums: v128, limit: v128): v128 {
  return i32x4.sub(i32x4.add(bits, bits), i32x4.gt_s(limit, sums));
}

/** 16 words of at most 255 as bytes. */
function bytesOf(words: usize): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(v128.load(words), v128.load(words, 16)),
    i16x8.narrow_i32x4_s(v128.load(words, 32), v128.load(words, 48)),
  );
}

/** Twice `bits`, and 1 more where a sum is below the limit, of 16 sums. */
function compare(bits: v128, a: v128, b: v128, c: v128, d: v128, limit: v128): v128 {
  const low = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, a), i32x4.gt_s(limit, b));
  const high = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, c), i32x4.gt_s(limit, d));
  return i8x16.sub(i8x16.add(bits, bits), i8x16.narrow_i16x8_s(low, high));
}
