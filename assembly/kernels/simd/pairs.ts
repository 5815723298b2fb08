import { MOST_VECTOR_BYTES, pairExpandedBytes, pairRowValues } from '../../../sdk/engine/vector-plan';
import { OP_STRIDE_Y, OP_WEIGHTS } from '../../../sdk/format/layout';
import { filtersOf } from '../../op';
import { height, opRecord, width } from '../../tensor';
import { openOutput } from '../epilogue';
import { inputChannels, kernelHeight, kernelWidth, openPadded, pixelStep, rowLength, spread } from './padded';
import { openAt, putEight } from './put';

// Convolution with int8 weights, of an image, a stream or bits, where few pixels come out, or other than bits: shortcuts,
// the output layer.
//
// Two neighbours of a run at a time meet two weights of each of eight filters: i32x4.dot_i16x8_s, no sum across lanes.
// A run of an odd length has one value more, whose weight is 0.
//
// To split a layer: any range of output rows, once the input is padded.

let filters: u32 = 0;
let rowValues: u32 = 0;
let scratchBytes: u32 = 0;

/** Whether op `index`, an int8 convolution, fits the memory that it may have; makes it the current one. */
export function openPairs(model: usize, index: u32): bool {
  const padded = openPadded(model, index);
  filters = filtersOf(opRecord(model, index));
  rowValues = <u32>pairRowValues(kernelWidth, inputChannels);
  if (padded + pairExpandedBytes(kernelHeight, rowValues, filters) > MOST_VECTOR_BYTES) return false;
  scratchBytes = <u32>padded;
  return true;
}

export function pairsScratch(): u32 {
  return scratchBytes;
}

export function pairsExpanded(): u32 {
  return <u32>pairExpandedBytes(kernelHeight, rowValues, filters);
}

/** [8 filters][kernel row][pair][filter][2] */
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

export function pairsConvolution(
  model: usize,
  arena: usize,
  plane: usize,
  expanded: usize,
  index: u32,
): void {
  const op = opRecord(model, index);
  openOutput(model, arena, index);
  spread(model, arena, plane, op);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  const rowBytes = rowLength << 1;
  const downBytes = rowBytes * load<u8>(op + OP_STRIDE_Y);
  const blockBytes = kernelHeight * rowValues * 16;
  const step = pixelStep << 1;
  for (let y: u32 = 0; y < outputHeight; y++) {
    let window = plane + y * downBytes;
    for (let x: u32 = 0; x < outputWidth; ) {
      if (x + 2 < outputWidth) {
        four(window, step, rowBytes, expanded, blockBytes, y, x, outputWidth - x);
        x += 4;
        window += 4 * step;
      } else {
        one(window, rowBytes, expanded, blockBytes, y, x);
        x++;
        window += step;
      }
    }
  }
}

/** Four pixels of a row, of which the last one may lie beyond its end. */
function four(
  window: usize,
  step: u32,
  rowBytes: u32,
  weights: usize,
  blockBytes: u32,
  y: u32,
  x: u32,
  left: u32,
): void {
  const pixel0 = openAt(y, x);
  const pixel1 = openAt(y, x + 1);
  const pixel2 = openAt(y, x + 2);
  const pixel3 = left > 3 ? openAt(y, x + 3) : 0;
  for (let filter: u32 = 0; filter < filters; filter += 8, weights += blockBytes) {
    let a0 = i32x4.splat(0);
    let a1 = i32x4.splat(0);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0);
    let b1 = i32x4.splat(0);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    let row = window;
    let weight = weights;
    for (let ky: u32 = 0; ky < kernelHeight; ky++, row += rowBytes) {
      let p0 = row;
      let p1 = p0 + step;
      let p2 = p1 + step;
      let p3 = p2 + step;
      for (const end = row + (rowValues << 1); p0 < end; p0 += 4, p1 += 4, p2 += 4, p3 += 4, weight += 32) {
        const low = v128.load(weight);
        const high = v128.load(weight, 16);
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
    putEight(pixel0, filter, a0, b0);
    putEight(pixel1, filter, a1, b1);
    putEight(pixel2, filter, a2, b2);
    if (left > 3) putEight(pixel3, filter, a3, b3);
  }
}

function one(window: usize, rowBytes: u32, weights: usize, blockBytes: u32, y: u32, x: u32): void {
  const pixel = openAt(y, x);
  for (let filter: u32 = 0; filter < filters; filter += 8, weights += blockBytes) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let row = window;
    let weight = weights;
    for (let ky: u32 = 0; ky < kernelHeight; ky++, row += rowBytes) {
      for (let at = row, end = row + (rowValues << 1); at < end; at += 4, weight += 32) {
        const values = v128.load32_splat(at);
        a = i32x4.add(a, i32x4.dot_i16x8_s(values, v128.load(weight)));
        b = i32x4.add(b, i32x4.dot_i16x8_s(values, v128.load(weight, 16)));
      }
    }
    putEight(pixel, filter, a, b);
  }
}
