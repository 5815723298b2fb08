import { OP_INPUT, TYPE_BITS, TYPE_INT16, TYPE_U8 } from '../../sdk/format/layout';
import { filtersOf } from '../op';
import { weightsOf } from '../place';
import { channels, height, offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../tensor';
import { BOARD_SUMS, boardSums, int8Row, int8Sums, int16Sums } from './board';
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
 * Convolution with int8 weights, of bytes, a stream or bits: the input layer, shortcuts, the output layer.
 * The window is gathered once, one byte a value (bits become 0 or 1; 0, 1 or 2 where two planes are coupled), or two of
 * a stream.
 */
export function int8Convolution(model: usize, arena: usize, scratch: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputChannels = channels(model, input);
  const inputPlanes = planes(model, input);
  const inputHeight = height(model, input);
  const inputWidth = width(model, input);
  const bytes = pixelBytes(model, input);
  const image = arena + offset(model, input);
  const inputType = type(model, input);
  const stream = inputType == TYPE_INT16;
  const tapBytes = stream ? inputChannels << 1 : inputChannels;
  openWindow(op, inputHeight, inputWidth);
  openOutput(model, arena, index);

  const row = kernelHeight * kernelWidth * inputChannels;
  const weights = weightsOf(model, op);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  for (let y: u32 = 0; y < outputHeight; y++) {
    if (isDefined(BOARD_KERNELS)) {
      if (inputType == TYPE_U8 && outputType == TYPE_BITS) {
        moveWindow(y, 0);
        openPixel(y, 0);
        int8Row(
          image,
          inputHeight,
          inputWidth,
          1,
          inputChannels,
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
      let to = scratch;
      for (let ky: u32 = 0; ky < kernelHeight; ky++) {
        for (let kx: u32 = 0; kx < kernelWidth; kx++, to += tapBytes) {
          const inside = ky >= fromY && ky < toY && kx >= fromX && kx < toX;
          const pixel = image + ((top + ky) * inputWidth + (left + kx)) * bytes;
          if (!inside) gatherZeros(to, tapBytes);
          else if (inputType == TYPE_BITS) gatherBits(pixel, to, inputChannels, inputPlanes);
          else gatherBytes(pixel, to, tapBytes);
        }
      }
      openPixel(y, x);
      let at = weights;
      if (isDefined(BOARD_KERNELS)) {
        for (let first: u32 = 0; first < filters; first += BOARD_SUMS, at += BOARD_SUMS * row) {
          const some = min(BOARD_SUMS, filters - first);
          if (stream) int16Sums(scratch, at, row, some, boardSums());
          else int8Sums(scratch, at, row, some, boardSums());
          for (let i: u32 = 0; i < some; i++) putSum(first + i, load<i32>(boardSums() + (i << 2)));
        }
        continue;
      }
      for (let filter: u32 = 0; filter < filters; filter++, at += row)
        putSum(filter, stream ? dot<i16>(scratch, at, row) : dot<u8>(scratch, at, row));
    }
  }
}

function gatherZeros(to: usize, count: u32): void {
  for (let c: u32 = 0; c < count; c++) store<u8>(to + c, 0);
}

function gatherBytes(pixel: usize, to: usize, count: u32): void {
  for (let c: u32 = 0; c < count; c++) store<u8>(to + c, load<u8>(pixel + c));
}

function gatherBits(pixel: usize, to: usize, count: u32, inputPlanes: u32): void {
  const second = pixel + (wordsFor(count) << 2);
  for (let c: u32 = 0; c < count; c++) {
    const word = (c >>> 5) << 2;
    let value = (load<u32>(pixel + word) >>> (c & 31)) & 1;
    if (inputPlanes == 2) value += (load<u32>(second + word) >>> (c & 31)) & 1;
    store<u8>(to + c, value);
  }
}

function dot<T>(values: usize, weights: usize, count: u32): i32 {
  const size = sizeof<T>();
  let sum: i32 = 0;
  const end = weights + (count & ~3);
  for (; weights < end; values += 4 * size, weights += 4) {
    sum +=
      <i32>load<T>(values) * load<i8>(weights) +
      <i32>load<T>(values, sizeof<T>()) * load<i8>(weights, 1) +
      <i32>load<T>(values, 2 * sizeof<T>()) * load<i8>(weights, 2) +
      <i32>load<T>(values, 3 * sizeof<T>()) * load<i8>(weights, 3);
  }
  for (let rest = count & 3; rest > 0; rest--, values += size, weights++)
    sum += <i32>load<T>(values) * load<i8>(weights);
  return sum;
}
