import { TYPE_BITS } from '../../layout';
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

// Thresholds of a stream, 16 numbers at a time: the numbers meet thresholds of 16 bits, and no other sums are made.

/** Checks whether the open outputs are bits of which 16 neighbors lie in two bytes. */
export function hasSixteenBits(): bool {
  return outputType == TYPE_BITS && ((filters | secondOutput) & 15) == 0;
}

/** Writes the bits of `count` pixels of 16-bit numbers, from `from` on. */
export function thresholdStream(from: usize, count: u32): void {
  for (let filter: u32 = 0; filter < filters; filter += 16) {
    for (let k: u32 = 0; k < outputsPerSum; k++) {
      const limits = parameters + ((k * filters + filter) << 2);
      const inverted = load<u16>(invert + k * invertStride + (filter >>> 3));
      const to = output + ((filter + k * secondOutput) >>> 3);
      thresholdSixteen(from + (filter << 1), filters << 1, limits, inverted ^ 0xffff, to, count);
    }
  }
}

/** Writes 16 bits of each pixel: `flip`, inverted where a number is below its limit. */
function thresholdSixteen(from: usize, bytes: u32, limits: usize, flip: u32, to: usize, count: u32): void {
  const a = v128.load(limits);
  const b = v128.load(limits, 16);
  const c = v128.load(limits, 32);
  const d = v128.load(limits, 48);
  // No number reaches a limit that needs more than 16 bits; one below all numbers saturates to the lowest of them.
  const largest = i32x4.splat(32767);
  const never = i16x8.narrow_i32x4_s(i32x4.gt_s(a, largest), i32x4.gt_s(b, largest));
  const neverMore = i16x8.narrow_i32x4_s(i32x4.gt_s(c, largest), i32x4.gt_s(d, largest));
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  const step = outputPixelBytes;
  // The condition is at the end of the loop: V8 hoists invariant values out of such loops only.
  do {
    const below = v128.or(i16x8.gt_s(low, v128.load(from)), never);
    const belowMore = v128.or(i16x8.gt_s(high, v128.load(from, 16)), neverMore);
    store<u16>(to, <u32>i8x16.bitmask(i8x16.narrow_i16x8_s(below, belowMore)) ^ flip);
    from += bytes;
    to += step;
  } while (--count > 0);
}
