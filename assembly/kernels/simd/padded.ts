import {
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_STRIDE_X,
  OP_STRIDE_Y,
  TYPE_INT16,
  TYPE_U8,
} from '../../layout';
import { computedHeight, computedWidth } from '../../op';
import { paddedBytes, pairPlaneRowValues } from '../../plans/vector-plan';
import { channels, height, offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../../tensor';

// The input of an int8 convolution as 16-bit integers with its padding, which `pairs` and `planes` read: a
// row of a window is adjacent in it.

export let inputChannels: u32 = 0;
export let kernelHeight: u32 = 0;
export let kernelWidth: u32 = 0;
/** Values of one row with its padding; the number of rows; values from one window to the next. */
export let rowLength: u32 = 0;
export let rows: u32 = 0;
export let pixelStep: u32 = 0;

/**
 * Opens op `index`, an int8 convolution.
 *
 * @returns the bytes of its input, which may be more than a memory can have
 */
export function openPadded(model: usize, index: u32): f64 {
  const op = opRecord(model, index);
  inputChannels = channels(model, load<u16>(op + OP_INPUT));
  kernelHeight = load<u8>(op + OP_KERNEL_HEIGHT);
  kernelWidth = load<u8>(op + OP_KERNEL_WIDTH);
  const strideX: u32 = load<u8>(op + OP_STRIDE_X);
  const length = pairPlaneRowValues(computedWidth(model, index), strideX, kernelWidth, inputChannels);
  rows = (computedHeight(model, index) - 1) * load<u8>(op + OP_STRIDE_Y) + kernelHeight;
  pixelStep = strideX * inputChannels;
  rowLength = <u32>min(length, 4294967295);
  return paddedBytes(length, rows, pixelStep);
}

/** Writes the padded input. */
export function spread(model: usize, arena: usize, to: usize, op: usize): void {
  const input: u32 = load<u16>(op + OP_INPUT);
  const inputWidth = width(model, input);
  const inputPlanes = planes(model, input);
  const bytes = pixelBytes(model, input);
  const paddingTop: u32 = load<u8>(op + OP_PADDING_TOP);
  const paddingLeft: u32 = load<u8>(op + OP_PADDING_LEFT);
  const inputType = type(model, input);
  const seen = rowLength / inputChannels;
  const columns = min(inputWidth, seen - min(seen, paddingLeft));
  const lines = min(height(model, input), rows - min(rows, paddingTop));
  const end = to + rowLength * rows * 2;
  for (let at = to; at < end; at += 16) v128.store(at, i64x2.splat(0));
  for (let y: u32 = 0; y < lines; y++) {
    let from = arena + offset(model, input) + y * inputWidth * bytes;
    let at = to + ((y + paddingTop) * rowLength + paddingLeft * inputChannels) * 2;
    if (inputType == TYPE_INT16) {
      let left = columns * inputChannels;
      for (; left >= 8; left -= 8, from += 16, at += 16) v128.store(at, v128.load(from));
      for (; left > 0; left--, from += 2, at += 2) store<u16>(at, load<u16>(from));
    } else if (inputType == TYPE_U8) {
      const values = columns * inputChannels;
      let left = values;
      for (; left >= 8; left -= 8, from += 8, at += 16) v128.store(at, v128.load8x8_u(from));
      if (left > 0 && values >= 8) {
        // The last eight values again, which include those that are left.
        v128.store(at - ((8 - left) << 1), v128.load8x8_u(from - (8 - left)));
        continue;
      }
      for (; left > 0; left--, from++, at += 2) store<u16>(at, load<u8>(from));
    } else {
      for (let x: u32 = 0; x < columns; x++, from += bytes, at += inputChannels << 1) {
        unpack(from, at, inputPlanes);
      }
    }
  }
}

/** Unpacks the bits of a pixel to numbers: the sum of its planes. Values beyond the last channel become 0. */
function unpack(from: usize, to: usize, inputPlanes: u32): void {
  const second = wordsFor(inputChannels) << 2;
  const places = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  for (let channel: u32 = 0; channel < inputChannels; channel += 8, from++, to += 16) {
    let values = i16x8.neg(i16x8.eq(v128.and(i16x8.splat(load<u8>(from)), places), places));
    if (inputPlanes == 2) {
      const more = i16x8.eq(v128.and(i16x8.splat(load<u8>(from + second)), places), places);
      values = i16x8.sub(values, more);
    }
    v128.store(to, values);
  }
}
