import { TYPE_BITS, TYPE_INT32, TYPE_U8 } from '../../../sdk/format/layout';
import {
  below,
  belowStride,
  cutStride,
  cuts,
  filters,
  output,
  outputPixelBytes,
  outputType,
  outputWidth,
  parameters,
} from '../epilogue';
import { putEightFixedPoint } from './put-fixed-point';

// What becomes of a convolution's sums, eight filters at a time; `openOutput` of ../epilogue prepares it.

/** The address of output pixel (y, x), its bits cleared. */
export function openAt(y: u32, x: u32): usize {
  const pixel = output + (y * outputWidth + x) * outputPixelBytes;
  if (outputType == TYPE_BITS)
    for (let at: u32 = 0; at < outputPixelBytes; at += 4) store<u32>(pixel + at, 0);
  return pixel;
}

/** The first lanes, 1 to 3 of them. Not by way of memory, which threads share. */
function putLanes(to: usize, values: v128, count: u32): void {
  v128.store_lane<u32>(to, values, 0);
  if (count > 1) v128.store_lane<u32>(to, values, 1, 4);
  if (count > 2) v128.store_lane<u32>(to, values, 2, 8);
}

/** Takes the sums of filters `filter` (a multiple of 8) to `filter + 7`; those beyond the last are ignored. */
export function putEight(pixel: usize, filter: u32, a: v128, b: v128): void {
  let at = parameters + (filter << 2);
  const left = filters - filter;
  if (outputType == TYPE_INT32) {
    a = i32x4.add(a, v128.load(at));
    b = i32x4.add(b, v128.load(at, 16));
    const to = pixel + (filter << 2);
    if (left >= 8) {
      v128.store(to, a);
      v128.store(to, b, 16);
      return;
    }
    if (left >= 4) v128.store(to, a);
    else putLanes(to, a, left);
    if (left > 4) putLanes(to + 16, b, left - 4);
    return;
  }
  if (outputType != TYPE_BITS) {
    const number = (pixel - output) / outputPixelBytes;
    putEightFixedPoint(pixel, number, filter, a, b, outputType == TYPE_U8);
    return;
  }
  let direction = below + (filter >>> 3);
  let bitIndex = filter;
  if (((filters | cutStride) & 7) == 0) {
    // Every byte is one filter block's own.
    for (let cut: u32 = 0; cut < cuts; cut++) {
      const reached = i16x8.narrow_i32x4_s(i32x4.ge_s(a, v128.load(at)), i32x4.ge_s(b, v128.load(at, 16)));
      store<u8>(pixel + (bitIndex >>> 3), i16x8.bitmask(reached) ^ load<u8>(direction));
      at += filters << 2;
      direction += belowStride;
      bitIndex += cutStride;
    }
    return;
  }
  const mask: u32 = left >= 8 ? 255 : (1 << left) - 1;
  for (let cut: u32 = 0; cut < cuts; cut++) {
    const reached = i16x8.narrow_i32x4_s(i32x4.ge_s(a, v128.load(at)), i32x4.ge_s(b, v128.load(at, 16)));
    const bits = (<u32>i16x8.bitmask(reached) ^ load<u8>(direction)) & mask;
    // The second cut's bits may start within a byte, and then end in the next one.
    const to = pixel + (bitIndex >>> 3);
    const shift = bitIndex & 7;
    if (shift == 0) store<u8>(to, load<u8>(to) | bits);
    else {
      store<u8>(to, load<u8>(to) | (bits << shift));
      if (bits >>> (8 - shift) != 0) store<u8>(to, load<u8>(to, 1) | (bits >>> (8 - shift)), 1);
    }
    at += filters << 2;
    direction += belowStride;
    bitIndex += cutStride;
  }
}
