import { BLOCK_FILTERS, OP_INPUT, TYPE_BITS, TYPE_INT16, WORD_BITS } from '../layout';
import { BLOCK_SUMS_BYTES, filtersOf, inputsOf, wholeWords } from '../op';
import { weightsOf } from '../place';
import { channels, height, offset, opRecord, pixelBytes, planes, type, width, wordsFor } from '../tensor';
import { clear } from './copy';
import { openOutput, openPixel, putSums } from './epilogue';
import { products } from './sums';
import {
  fromX,
  fromY,
  gatherTaps,
  kernelHeight,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  poolHeight,
  poolWidth,
  top,
  toX,
  toY,
} from './window';

/** Returns the bytes of scratch memory of op `index`, an int8 convolution: for a window and a block's sums. */
export function int8ScratchBytes(model: usize, index: u32): u64 {
  const stream = type(model, load<u16>(opRecord(model, index) + OP_INPUT)) == TYPE_INT16;
  return wholeWords(inputsOf(model, index) * (stream ? 2 : 1)) + BLOCK_SUMS_BYTES;
}

/**
 * Computes a convolution of bytes, a stream or bits with int8 weights: the input layer, shortcuts, the output
 * layer. The window is gathered once: values of a stream have two bytes, others one. Bits become 0 or 1, or
 * with two planes 0, 1 or 2.
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
  openWindow(op, inputHeight, inputWidth);
  openOutput(model, arena, index);

  const row = <u32>inputsOf(model, index);
  const sums = scratch + <usize>wholeWords(stream ? row << 1 : row);
  const weights = weightsOf(model, op);
  const outputHeight = height(model, index + 1);
  const outputWidth = width(model, index + 1);
  const places = poolHeight * poolWidth;
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x++) {
      for (let place: u32 = 0; place < places; place++) {
        moveWindow(y * poolHeight + place / poolWidth, x * poolWidth + (place % poolWidth));
        const corner = image + ((top + fromY) * inputWidth + (left + fromX)) * bytes;
        if (inputType == TYPE_BITS)
          gatherBits(corner, inputWidth * bytes, bytes, inputChannels, inputPlanes, scratch);
        else gatherTaps(corner, inputWidth * bytes, bytes, bytes, scratch);
        openPixel(y, x, place != 0);
        for (let first: u32 = 0; first < filters; first += BLOCK_FILTERS) {
          const some = min(BLOCK_FILTERS, filters - first);
          const block = weights + first * row;
          products(scratch, row, stream ? 2 : 1, block, some, sums);
          putSums(first, some, sums);
        }
      }
    }
  }
}

/** Gathers the taps of the window like `gatherTaps`, with bits as bytes: the sum of the planes. */
function gatherBits(
  pixel: usize,
  rowBytes: u32,
  pixelBytes: u32,
  count: u32,
  inputPlanes: u32,
  to: usize,
): void {
  const bytes = kernelWidth * count;
  clear(to, kernelHeight * bytes);
  to += fromY * bytes + fromX * count;
  for (let rows = toY - fromY; rows > 0; rows--, pixel += rowBytes, to += bytes) {
    for (let tap: u32 = 0; tap < toX - fromX; tap++) {
      const at = pixel + tap * pixelBytes;
      for (let plane: u32 = 0; plane < inputPlanes; plane++) {
        addBits(at + plane * (wordsFor(count) << 2), to + tap * count, count);
      }
    }
  }
}

/** Adds each of `count` bits to a byte. */
function addBits(from: usize, to: usize, count: u32): void {
  for (let end = to + count; to < end; from += 4) {
    let bits = load<u32>(from);
    const stop = min(to + WORD_BITS, end);
    do {
      store<u8>(to, load<u8>(to) + (bits & 1));
      bits >>>= 1;
      to++;
    } while (to < stop);
  }
}
