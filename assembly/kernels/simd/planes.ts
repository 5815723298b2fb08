import {
  MOST_VECTOR_BYTES,
  planeBytes,
  planeExpandedBytes,
  planeItems,
  planeScratchBytes,
} from '../../../sdk/engine/vector-plan';
import { OP_STRIDE_Y, OP_WEIGHTS } from '../../../sdk/format/layout';
import { filtersOf } from '../../op';
import { height, opRecord, pixelBytes, width } from '../../tensor';
import {
  below,
  belowStride,
  cutStride,
  cuts,
  openOutput,
  output,
  outputPixelBytes,
  parameters,
} from '../epilogue';
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

// Convolution with int8 weights and thresholds: the input layer.
//
// 16 output pixels and two filters at a time, i32x4.dot_i16x8_s of pairs of values and pairs of weights. For each pair
// of neighbours in a row of the window there is a plane with the pair of every output pixel, one behind the other:
// rows of the output run into each other, and a row of the window is an offset. Where a row has an odd number of
// values, the last one is paired with that of the next row. All pairs of a window are one list of offsets.
//
// Sums stay in registers until their thresholds have made bits of them: |sum| < 2^30 by the rules of the format.
//
// To split a layer: any range of blocks of 16 pixels, once the planes are there.

let items: u32 = 0;
let filters: u32 = 0;
let strideY: u32 = 0;
let bytes: u32 = 0;
let padded: u32 = 0;
let scratchBytes: u32 = 0;

// Where a run has its memory.
let planes: usize = 0;
let bits: usize = 0;
let offsets: usize = 0;
let pixels: u32 = 0;
let parts: u32 = 1;

/** Whether op `index`, an int8 convolution with thresholds, fits the memory that it may have; makes it the current one. */
export function openPlanes(model: usize, index: u32): bool {
  const op = opRecord(model, index);
  const paddedLength = openPadded(model, index);
  filters = filtersOf(op);
  strideY = load<u8>(op + OP_STRIDE_Y);
  const row = kernelWidth * inputChannels;
  const length = planeBytes(height(model, index + 1), width(model, index + 1), kernelHeight, strideY);
  const needed = planeScratchBytes(
    paddedLength,
    length,
    row,
    kernelHeight,
    strideY,
    pixelBytes(model, index + 1),
  );
  const count = planeItems(kernelHeight, row);
  if (needed + planeExpandedBytes(count, filters) > MOST_VECTOR_BYTES) return false;
  items = <u32>count;
  bytes = <u32>length;
  padded = <u32>paddedLength;
  scratchBytes = <u32>needed;
  return true;
}

export function planesScratch(): u32 {
  return scratchBytes;
}

export function planesExpanded(): u32 {
  return <u32>planeExpandedBytes(items, filters);
}

/** Bytes from the first plane to the pairs that pair `plane` of window row `ky` of the first pixel is in. */
function planeOffset(plane: u32, ky: u32, outputWidth: u32): u32 {
  const phases = min(strideY, kernelHeight);
  return (plane * phases + (ky % strideY)) * bytes + (ky / strideY) * outputWidth * 4;
}

/** [item] offsets; [8 filters][2 filters][item][filter][2] weights, pairs of filters from the last of eight to the first. */
export function expandPlanes(model: usize, index: u32, to: usize): void {
  const row = kernelWidth * inputChannels;
  const whole = row >>> 1;
  const weights = model + load<u32>(opRecord(model, index) + OP_WEIGHTS);
  const outputWidth = width(model, index + 1);
  let item = to;
  to += (items * 4 + 15) & ~15;
  const step = items << 3;
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    for (let plane: u32 = 0; plane < whole; plane++, item += 4, to += 8) {
      store<u32>(item, planeOffset(plane, ky, outputWidth));
      expandItem(weights, ky * row + 2 * plane, ky * row + 2 * plane + 1, step, to);
    }
  }
  if ((row & 1) == 0) return;
  for (let ky: u32 = 0; ky < kernelHeight; ky += 2, item += 4, to += 8) {
    store<u32>(item, planeOffset(whole, ky, outputWidth));
    const last = ky * row + row - 1;
    expandItem(weights, last, ky + 1 < kernelHeight ? last + row : -1, step, to);
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
  placePlanes(model, arena, scratch, scratch, expanded, index);
  spreadPlanes(model, arena, scratch, index);
  planesParts(1);
  planesPart(0);
}

/** Says where the open op has its memory: `shared` is the scratch memory of all threads, `own` that of this one. */
export function placePlanes(
  model: usize,
  arena: usize,
  shared: usize,
  own: usize,
  expanded: usize,
  index: u32,
): void {
  openOutput(model, arena, index);
  planes = shared + padded;
  bits = own + padded + bytes * ((kernelWidth * inputChannels + 1) >>> 1) * min(strideY, kernelHeight);
  pixels = height(model, index + 1) * width(model, index + 1);
  offsets = expanded;
}

/** What all parts read. */
export function spreadPlanes(model: usize, arena: usize, scratch: usize, index: u32): void {
  spread(model, arena, scratch, opRecord(model, index));
  fillPlanes(scratch, planes, width(model, index + 1));
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
  const weights = offsets + ((items * 4 + 15) & ~15);
  const bitBytes = 16 * (outputPixelBytes + 1);
  const end = min(pixels, ((blocks * (part + 1)) / parts) << 4);
  for (let pixel = ((blocks * part) / parts) << 4; pixel < end; pixel += 16) {
    for (let at = bits, end = bits + bitBytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
    sixteen(planes + (pixel << 2), offsets, weights, bits);
    const to = output + pixel * outputPixelBytes;
    writePixels(bits, 16, outputPixelBytes, 0, outputPixelBytes, min(16, pixels - pixel), to);
  }
}

/** From padded rows to planes of pairs, four pixels at a time. */
function fillPlanes(from: usize, planes: usize, outputWidth: u32): void {
  const row = kernelWidth * inputChannels;
  const whole = row >>> 1;
  const step = pixelStep << 1;
  for (let y: u32 = 0; y < rows; y++) {
    const line = from + y * rowLength * 2;
    // A row beyond the last one only ever meets weights of 0.
    const down = y + 1 < rows ? rowLength * 2 : 0;
    // A row that lies between the windows of a large stride is in nobody's window.
    if (y % strideY >= kernelHeight) continue;
    for (let plane: u32 = 0; plane < whole; plane++) {
      let to = planes + planeOffset(plane, y, outputWidth);
      let at = line + (plane << 2);
      for (let x: u32 = 0; x < outputWidth; x += 4, at += 4 * step, to += 16) {
        let values = v128.load32_zero(at);
        values = v128.load_lane<u32>(at + step, values, 1);
        values = v128.load_lane<u32>(at + 2 * step, values, 2);
        values = v128.load_lane<u32>(at + 3 * step, values, 3);
        v128.store(to, values);
      }
    }
    if ((row & 1) == 0) continue;
    let to = planes + planeOffset(whole, y, outputWidth);
    let at = line + ((row - 1) << 1);
    for (let x: u32 = 0; x < outputWidth; x++, at += step, to += 4) {
      store<u32>(to, <u32>load<u16>(at) | ((<u32>load<u16>(at + down)) << 16));
    }
  }
}

/** All filters of 16 pixels. */
function sixteen(stream: usize, offsets: usize, weights: usize, bits: usize): void {
  const step = filters << 2;
  const end = offsets + (items << 2);
  let flips = below;
  for (let filter: u32 = 0; filter < filters; filter += 8, flips++) {
    let first = i8x16.splat(0);
    let second = i8x16.splat(0);
    // The sixth filter and the seventh, the fourth and the fifth, ...: each doubles what is there and puts its own
    // bit below.
    for (let limit = parameters + ((filter + 6) << 2), most = limit - 24; limit >= most; limit -= 8) {
      let a0 = i32x4.splat(0);
      let a1 = i32x4.splat(0);
      let a2 = i32x4.splat(0);
      let a3 = i32x4.splat(0);
      let b0 = i32x4.splat(0);
      let b1 = i32x4.splat(0);
      let b2 = i32x4.splat(0);
      let b3 = i32x4.splat(0);
      for (let item = offsets; item < end; item += 4, weights += 8) {
        const at = stream + load<u32>(item);
        const w = v128.load32_splat(weights);
        const v = v128.load32_splat(weights, 4);
        const p0 = v128.load(at);
        const p1 = v128.load(at, 16);
        const p2 = v128.load(at, 32);
        const p3 = v128.load(at, 48);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(p0, w));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(p0, v));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(p1, w));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(p1, v));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(p2, w));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(p2, v));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(p3, w));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(p3, v));
      }
      first = compare(first, b0, b1, b2, b3, v128.load32_splat(limit, 4));
      first = compare(first, a0, a1, a2, a3, v128.load32_splat(limit));
      if (cuts == 2) {
        second = compare(second, b0, b1, b2, b3, v128.load32_splat(limit + step, 4));
        second = compare(second, a0, a1, a2, a3, v128.load32_splat(limit + step));
      }
    }
    const left = filters - filter;
    const there = i8x16.splat(<i8>(left >= 8 ? <u32>255 : ((<u32>1) << left) - 1));
    // The bits say "below", and are turned round where the direction is not.
    putBits(bits, 16, filter, v128.andnot(there, v128.xor(first, i8x16.splat(load<i8>(flips)))));
    if (cuts == 2) {
      const turned = v128.xor(second, i8x16.splat(load<i8>(flips + belowStride)));
      putBits(bits, 16, filter + cutStride, v128.andnot(there, turned));
    }
  }
}

/** Twice `bits`, and -1 less where a sum is below the limit. */
function compare(bits: v128, a: v128, b: v128, c: v128, d: v128, limit: v128): v128 {
  const low = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, a), i32x4.gt_s(limit, b));
  const high = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, c), i32x4.gt_s(limit, d));
  return i8x16.sub(i8x16.add(bits, bits), i8x16.narrow_i16x8_s(low, high));
}
