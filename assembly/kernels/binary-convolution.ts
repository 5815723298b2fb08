import { BLOCK_FILTERS, OP_INPUT } from '../layout';
import { filtersOf } from '../op';
import { weightsOf } from '../place';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../tensor';
import { openOutput, openPixel, putSums } from './epilogue';
import { overlaps } from './sums';
import {
  fromX,
  fromY,
  gatherTaps,
  kernelHeight,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  top,
} from './window';

/**
 * Binary convolution: activations {0,1}, weights -1 (bit 0) and +1 (bit 1), so that
 *
 *     sum = 2 popcount(activations & weights) - popcount(activations)
 *
 * All filters of a pixel share the second term. Padded pixels and unused bits are 0 and add nothing. The
 * window is gathered once, into a row of words that meets the weights of each filter in one pass. The two
 * planes of a coupled input share the weights, and their sums are added.
 */
export function binaryConvolution(model: usize, arena: usize, scratch: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputPlanes = planes(model, input);
  const tapWords = wordsFor(channels(model, input));
  const inputHeight = height(model, input);
  const inputWidth = width(model, input);
  const image = arena + offset(model, input);
  openWindow(op, inputHeight, inputWidth);
  openOutput(model, arena, index);

  const planeWords = kernelHeight * kernelWidth * tapWords;
  const planeBytes = planeWords << 2;
  const sums = scratch + planeBytes * inputPlanes;
  const weights = weightsOf(model, op);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++) {
      moveWindow(y, x);
      for (let plane: u32 = 0; plane < inputPlanes; plane++) {
        gather(image, inputWidth, inputPlanes, plane, tapWords, scratch + plane * planeBytes);
      }
      const ones = popcount(scratch, planeWords * inputPlanes);
      openPixel(y, x);
      for (let first: u32 = 0; first < filters; first += BLOCK_FILTERS) {
        const some = min(BLOCK_FILTERS, filters - first);
        const block = weights + first * planeBytes;
        overlaps(scratch, planeWords, block, some, sums, -ones, 0);
        if (inputPlanes == 2) overlaps(scratch + planeBytes, planeWords, block, some, sums, 0, -1);
        putSums(first, some, sums);
      }
    }
  }
}

/** Copies one plane of the window into a row of words; outside of the input, the words are 0. */
export function gather(
  image: usize,
  inputWidth: u32,
  inputPlanes: u32,
  plane: u32,
  tapWords: u32,
  row: usize,
): void {
  const tapBytes = tapWords << 2;
  const pixelBytes = inputPlanes * tapBytes;
  const pixel = image + ((top + fromY) * inputWidth + (left + fromX)) * pixelBytes + plane * tapBytes;
  gatherTaps(pixel, inputWidth * pixelBytes, pixelBytes, tapBytes, row);
}

/** Counts the bits that are set in both rows. */
export function overlap(a: usize, b: usize, words: u32): i32 {
  let count: i64 = 0;
  for (; words >= 8; words -= 8, a += 32, b += 32) {
    count +=
      popcnt<i64>(load<i64>(a) & load<i64>(b)) +
      popcnt<i64>(load<i64>(a, 8) & load<i64>(b, 8)) +
      popcnt<i64>(load<i64>(a, 16) & load<i64>(b, 16)) +
      popcnt<i64>(load<i64>(a, 24) & load<i64>(b, 24));
  }
  for (; words >= 2; words -= 2, a += 8, b += 8) count += popcnt<i64>(load<i64>(a) & load<i64>(b));
  return <i32>count + (words != 0 ? popcnt<i32>(load<i32>(a) & load<i32>(b)) : 0);
}

/** Counts the bits that are set in a row. */
export function popcount(row: usize, words: u32): i32 {
  let count: i64 = 0;
  for (; words >= 2; words -= 2, row += 8) count += popcnt<i64>(load<i64>(row));
  return <i32>count + (words != 0 ? popcnt<i32>(load<i32>(row)) : 0);
}
