import { OP_INPUT, TYPE_BITS } from '../../sdk/format/layout';
import { filtersOf } from '../op';
import { weightsOf } from '../place';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../tensor';
import { BOARD_SUMS, binaryRow, binarySums, boardSums } from './board';
import {
  cutStride,
  cuts,
  openOutput,
  openPixel,
  outputPixelBytes,
  outputType,
  parameters,
  pixel,
  putSum,
} from './epilogue';
import {
  fromX,
  fromY,
  kernelHeight,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  strideX,
  top,
  toX,
  toY,
} from './window';

/**
 * Binary convolution: activations {0,1}, weights -1 (bit 0) and +1 (bit 1), so that
 *
 *     sum = 2 popcount(activations & weights) - popcount(activations)
 *
 * with the second term shared by all filters of a pixel. Padded pixels and unused bits are 0 and add nothing.
 * The window is gathered once, into a row that each filter's weights then meet in one pass. A coupled input has
 * two planes that share the weights: their sums add up.
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
  const weights = weightsOf(model, op);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    if (isDefined(BOARD_KERNELS)) {
      if (outputType == TYPE_BITS) {
        moveWindow(y, 0);
        openPixel(y, 0);
        binaryRow(
          image,
          inputHeight,
          inputWidth,
          inputPlanes,
          tapWords << 2,
          kernelHeight,
          kernelWidth,
          strideX,
          top,
          left,
          weights,
          filters,
          parameters,
          cuts,
          cutStride,
          pixel,
          outputWidth,
          outputPixelBytes,
          scratch,
        );
        continue;
      }
    }
    for (let x: u32 = 0; x < outputWidth; x++) {
      moveWindow(y, x);
      for (let plane: u32 = 0; plane < inputPlanes; plane++) {
        gather(image, inputWidth, inputPlanes, plane, tapWords, scratch + plane * planeBytes);
      }
      const ones = popcount(scratch, planeWords * inputPlanes);
      openPixel(y, x);
      let row = weights;
      if (isDefined(BOARD_KERNELS)) {
        for (let first: u32 = 0; first < filters; first += BOARD_SUMS, row += BOARD_SUMS * planeBytes) {
          const some = min(BOARD_SUMS, filters - first);
          binarySums(scratch, row, planeWords, inputPlanes, some, boardSums());
          for (let i: u32 = 0; i < some; i++) putSum(first + i, 2 * load<i32>(boardSums() + (i << 2)) - ones);
        }
        continue;
      }
      for (let filter: u32 = 0; filter < filters; filter++, row += planeBytes) {
        let both = overlap(scratch, row, planeWords);
        if (inputPlanes == 2) both += overlap(scratch + planeBytes, row, planeWords);
        putSum(filter, 2 * both - ones);
      }
    }
  }
}

/** Copies one plane of the window into a row of words, 0 where it lies outside of the input. */
export function gather(
  image: usize,
  inputWidth: u32,
  inputPlanes: u32,
  plane: u32,
  tapWords: u32,
  row: usize,
): void {
  for (let ky: u32 = 0; ky < kernelHeight; ky++) {
    const insideY = ky >= fromY && ky < toY;
    for (let kx: u32 = 0; kx < kernelWidth; kx++) {
      const inside = insideY && kx >= fromX && kx < toX;
      const at = (top + ky) * inputWidth + (left + kx);
      const pixel = image + (((at * inputPlanes + plane) * tapWords) << 2);
      for (let word: u32 = 0; word < tapWords; word++, row += 4) {
        store<u32>(row, inside ? load<u32>(pixel + (word << 2)) : 0);
      }
    }
  }
}

/** Bits set in both rows. */
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

/** Bits set in a row. */
export function popcount(a: usize, words: u32): i32 {
  return overlap(a, a, words);
}
