import { opRecord } from '../../../tensor';
import {
  invert,
  invertStride,
  outputPixelBytes,
  outputsPerSum,
  parameters,
  secondOutput,
} from '../../epilogue';
import { putBits, writePixels } from '../bits';
import { spread } from '../padded';
import { fillPlanes } from './fill';
import { filters, items, outputHeight, outputWidth, places } from './layer';
import { bits, lanes, placePlanes, planes, target, weights } from './memory';
import { bytesOf, thresholdEight } from './thresholds';

// Convolution with int8 weights and thresholds: the input layer, alone or with its pool of 2 x 2 pixels.
//
// It computes 16 output pixels and two filters at a time, by i32x4.dot_i16x8_s of pairs of values and pairs
// of weights. Each pair of neighbors in a row of the window has a plane with that pair of every output pixel,
// one behind the other: rows of the output run into each other, and a row of the window is an offset. If a
// row has an odd number of values, its last one is paired with that of the next row. All pairs of a window
// are one list of offsets, the items.
//
// With the pool, the four vectors of sums are not 16 neighbors but the four places of four of the pool's
// cells: the layer becomes one of twice the stride, seen from four places, and only the largest of four sums
// meets its thresholds.
//
// Sums stay in registers until their thresholds have turned them into bits: |sum| < 2^30 by the rules of the
// format.
//
// Threads: a part is any range of blocks of 16 pixels, or cells, once the planes are filled.

/** Parts that the open layer is divided into. */
let parts: u32 = 1;

export function planesConvolution(
  model: usize,
  arena: usize,
  scratch: usize,
  expanded: usize,
  target: usize,
  index: u32,
): void {
  placePlanes(model, arena, scratch, expanded, target, index);
  spreadPlanes(model, arena, scratch, index);
  planesParts(1);
  planesPart(0);
}

/** Prepares what all parts read: the padded input, and its planes. */
export function spreadPlanes(model: usize, arena: usize, scratch: usize, index: u32): void {
  spread(model, arena, scratch, opRecord(model, index));
  fillPlanes(scratch);
}

/** Divides the open layer for a number of threads. @returns the number of parts */
export function planesParts(threads: u32): u32 {
  parts = threads == 1 ? 1 : min(blockCount(), 2 * threads);
  return parts;
}

/** Computes one of the parts of the last call of `planesParts`. */
export function planesPart(part: u32): void {
  const blocks = blockCount();
  const pixels = outputHeight * outputWidth;
  const bitBytes = 16 * (outputPixelBytes + 1);
  const end = min(pixels, ((blocks * (part + 1)) / parts) << 4);
  for (let pixel = ((blocks * part) / parts) << 4; pixel < end; pixel += 16) {
    for (let at = bits, end = bits + bitBytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
    const count = min(16, pixels - pixel);
    convolveBlock(planes + (pixel << 2), count);
    writePixels(bits, 16, outputPixelBytes, 0, outputPixelBytes, count, target + pixel * outputPixelBytes);
  }
}

/** Returns the number of blocks of 16 pixels, or cells. */
function blockCount(): u32 {
  return (outputHeight * outputWidth + 15) >>> 4;
}

/** Computes the bits of all filters of a block: of 16 pixels, or of `count` cells, at most 16. */
function convolveBlock(stream: usize, count: u32): void {
  const pool = places == 2;
  const end = stream + (pool ? count << 2 : 16);
  const eightBytes = items << 5;
  let inverted = invert;
  let weight = weights;
  for (let filter: u32 = 0; filter < filters; filter += 8, inverted++, weight += eightBytes) {
    const limit = parameters + ((filter + 6) << 2);
    for (let at = stream, to = lanes; at < end; at += 16, to += 16) thresholdEight(at, weight, limit, to);
    const left = filters - filter;
    const inside = i8x16.splat(<i8>(left >= 8 ? <u32>255 : ((<u32>1) << left) - 1));
    // These bits say that a sum is below its threshold; without `invert`, the output is the opposite.
    const first = pool ? bytesOf(lanes) : v128.load(lanes);
    putBits(bits, 16, filter, v128.andnot(inside, v128.xor(first, i8x16.splat(load<i8>(inverted)))));
    if (outputsPerSum == 2) {
      const second = pool ? bytesOf(lanes + 64) : v128.load(lanes, 64);
      const turned = v128.xor(second, i8x16.splat(load<i8>(inverted + invertStride)));
      putBits(bits, 16, filter + secondOutput, v128.andnot(inside, turned));
    }
  }
}
