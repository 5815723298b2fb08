import { OP_INPUT, TYPE_U8 } from '../../layout';
import { filtersOf } from '../../op';
import { RUN_PIXELS } from '../../plans/vector-plan';
import { channels, height, offset, opRecord, pixelBytes, type, width } from '../../tensor';
import { openOutput } from '../epilogue';
import {
  fromX,
  fromY,
  kernelHeight,
  kernelWidth,
  left,
  moveWindow,
  openWindow,
  top,
  toX,
  toY,
} from '../window';
import { openRun, putRun } from './put';
import { hasSixteenBits, thresholdStream } from './stream-bits';

// Sums of windows like ../sum-pool, eight channels of a run of pixels at a time. It reads up to 16 bytes
// beyond the last channel, and `putRun` ignores their sums.

/**
 * Runs op `index`, a sum-pool.
 *
 * @param sums scratch memory of RUN_BYTES
 */
export function sumPoolEight(model: usize, arena: usize, sums: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const filters = filtersOf(op);
  const inputChannels = channels(model, input);
  const inputWidth = width(model, input);
  const bytes = pixelBytes(model, input);
  const readsBytes = type(model, input) == TYPE_U8;
  const channelShift: u32 = readsBytes ? 0 : 1;
  const image = arena + offset(model, input);
  openWindow(op, height(model, input), inputWidth);
  openOutput(model, arena, index);
  let outputHeight = height(model, index + 1);
  let outputWidth = width(model, index + 1);
  const pointwise =
    kernelHeight * kernelWidth == 1 && outputHeight == height(model, input) && outputWidth == inputWidth;
  if (pointwise) {
    // Rows are adjacent, so the image is treated as one row.
    outputWidth *= outputHeight;
    outputHeight = 1;
    if (!readsBytes && inputChannels == filters && hasSixteenBits()) {
      openRun(0, outputWidth);
      thresholdStream(image, outputWidth);
      return;
    }
  }
  for (let y: u32 = 0; y < outputHeight; y++) {
    for (let x: u32 = 0; x < outputWidth; x += RUN_PIXELS) {
      const count = min<u32>(RUN_PIXELS, outputWidth - x);
      const number = y * outputWidth + x;
      openRun(number, count);
      for (let filter: u32 = 0; filter < filters; filter += 8) {
        const from = image + (filter << channelShift);
        const second = inputChannels > filters ? filters << channelShift : 0;
        if (pointwise) copyPixels(from + number * bytes, bytes, second, readsBytes, count, sums);
        else sumWindows(from, inputWidth, bytes, second, readsBytes, y, x, count, sums);
        putRun(number, count, filter, sums);
      }
    }
  }
}

/**
 * Copies eight channels of `count` pixels; if `second` is not 0, it adds the channels that many bytes behind
 * them.
 */
function copyPixels(from: usize, bytes: u32, second: u32, readsBytes: bool, count: u32, sums: usize): void {
  for (const end = sums + (count << 5); sums < end; sums += 32, from += bytes) {
    const values = loadEight(from, readsBytes);
    let low = i32x4.extend_low_i16x8_s(values);
    let high = i32x4.extend_high_i16x8_s(values);
    if (second != 0) {
      const more = loadEight(from + second, readsBytes);
      low = i32x4.add(low, i32x4.extend_low_i16x8_s(more));
      high = i32x4.add(high, i32x4.extend_high_i16x8_s(more));
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
  }
}

/** Sums eight channels over the windows of `count` pixels from (y, x) on, with the same `second`. */
function sumWindows(
  from: usize,
  inputWidth: u32,
  bytes: u32,
  second: u32,
  readsBytes: bool,
  y: u32,
  x: u32,
  count: u32,
  sums: usize,
): void {
  const rowBytes = inputWidth * bytes;
  for (const end = x + count; x < end; x++, sums += 32) {
    moveWindow(y, x);
    const rows = toY - fromY;
    const columns = toX - fromX;
    const corner = from + ((top + fromY) * inputWidth + (left + fromX)) * bytes;
    let low = i32x4.splat(0);
    let high = i32x4.splat(0);
    for (let channels = corner; ; channels += second) {
      for (let row = channels, last = row + rows * rowBytes; row < last; row += rowBytes) {
        for (let at = row, rowEnd = row + columns * bytes; at < rowEnd; at += bytes) {
          const values = loadEight(at, readsBytes);
          low = i32x4.add(low, i32x4.extend_low_i16x8_s(values));
          high = i32x4.add(high, i32x4.extend_high_i16x8_s(values));
        }
      }
      if (channels != corner || second == 0) break;
    }
    // The taps inside make up for those outside of the input.
    const weight = i32x4.splat((kernelHeight * kernelWidth) / (rows * columns));
    v128.store(sums, i32x4.mul(low, weight));
    v128.store(sums, i32x4.mul(high, weight), 16);
  }
}

function loadEight(at: usize, readsBytes: bool): v128 {
  return readsBytes ? v128.load8x8_u(at) : v128.load(at);
}
