import { TYPE_BITS, TYPE_INT32, TYPE_U8 } from '../../layout';
import {
  filters,
  invert,
  invertStride,
  output,
  outputPixelBytes,
  outputsPerSum,
  outputType,
  parameters,
  secondOutput,
} from '../epilogue';
import { putFixedPointRun } from './put-fixed-point';

// Turns sums into outputs, eight filters and a run of pixels at a time, so that the filters' parameters are
// loaded once a run. `openOutput` of ../epilogue prepares it. Pixels are numbered row by row, and a run may
// continue in the next row. Sums are int32 [pixel][8 filters].

/** Clears the bits of a run, before its first filters. */
export function openRun(number: u32, count: u32): void {
  if (outputType != TYPE_BITS) return;
  const to = output + number * outputPixelBytes;
  for (let at = to, end = to + count * outputPixelBytes; at < end; at += 4) store<u32>(at, 0);
}

/**
 * Writes the outputs of filters `filter`, a multiple of 8, to `filter + 7` for `count` pixels from pixel
 * `number` on. Sums beyond the last filter are ignored.
 */
export function putRun(number: u32, count: u32, filter: u32, sums: usize): void {
  const to = output + number * outputPixelBytes;
  const end = sums + (count << 5);
  if (outputType == TYPE_BITS) putBitsRun(to, filter, sums, end);
  else if (outputType == TYPE_INT32) putSumsRun(to, filter, sums, end);
  else putFixedPointRun(to, outputPixelBytes, number, filter, sums, end, outputType == TYPE_U8);
}

function putSumsRun(to: usize, filter: u32, from: usize, end: usize): void {
  const left = filters - filter;
  const biases = parameters + (filter << 2);
  for (to += filter << 2; from < end; from += 32, to += outputPixelBytes) {
    const a = i32x4.add(v128.load(from), v128.load(biases));
    const b = i32x4.add(v128.load(from, 16), v128.load(biases, 16));
    if (left >= 4) v128.store(to, a);
    else putLanes(to, a, left);
    if (left >= 8) v128.store(to, b, 16);
    else if (left > 4) putLanes(to + 16, b, left - 4);
  }
}

/** Writes the first 1 to 3 lanes. It does not copy through memory, which threads share. */
function putLanes(to: usize, values: v128, count: u32): void {
  v128.store_lane<u32>(to, values, 0);
  if (count > 1) v128.store_lane<u32>(to, values, 1, 4);
  if (count > 2) v128.store_lane<u32>(to, values, 2, 8);
}

function putBitsRun(to: usize, filter: u32, sums: usize, end: usize): void {
  const left = filters - filter;
  const inside: u32 = left >= 8 ? 255 : (1 << left) - 1;
  // Whether every byte has the bits of eight filters; otherwise a filter's eight bits can be in two bytes.
  const whole = ((filters | secondOutput) & 7) == 0;
  for (let k: u32 = 0, bit = filter; k < outputsPerSum; k++, bit += secondOutput) {
    const threshold = parameters + ((k * filters + filter) << 2);
    const low = v128.load(threshold);
    const high = v128.load(threshold, 16);
    const inverted: u32 = load<u8>(invert + k * invertStride + (filter >>> 3));
    const shift = bit & 7;
    let at = to + (bit >>> 3);
    for (let from = sums; from < end; from += 32, at += outputPixelBytes) {
      const reached = i16x8.narrow_i32x4_s(
        i32x4.ge_s(v128.load(from), low),
        i32x4.ge_s(v128.load(from, 16), high),
      );
      const bits = <u32>i16x8.bitmask(reached) ^ inverted;
      if (whole) {
        store<u8>(at, bits);
        continue;
      }
      const shifted = (bits & inside) << shift;
      store<u8>(at, load<u8>(at) | shifted);
      // Beyond the last byte of the row there are no bits to write.
      if (shifted > 255) store<u8>(at, load<u8>(at, 1) | (shifted >>> 8), 1);
    }
  }
}
