import {
  added,
  addendOf,
  addendPixelBytes,
  filters,
  maxNumber,
  minNumber,
  numbers,
  parameters,
  shift,
  shiftsTo32,
} from '../fixed-point';
import { firstBytes, putBytes } from './part';

// Turns sums of eight filters and a run of pixels into fixed-point numbers: clamp(((sum * multiplier +
// offset) >> shift) + addend). `openFixedPoint` of ../fixed-point prepares it.
//
// Sums and offsets are shifted left beforehand, or numbers right afterwards, so that the shift between is 32:
// then the number is the upper word of the product, and narrowing it clamps it. If this could overflow, with
// unusual parameters, products are shifted and clamped in 64 bits.

/**
 * Writes the numbers of a run, like `putRun`.
 *
 * @param to the address of the first pixel
 * @param from the address of the sums, which reach up to `end`
 * @param bytes whether the numbers are bytes
 */
export function putFixedPointRun(
  to: usize,
  pixelBytes: u32,
  number: u32,
  filter: u32,
  from: usize,
  end: usize,
  bytes: bool,
): void {
  const left = min(filters - filter, 8);
  const additions = filter < added ? min(added - filter, 8) : 0;
  const mask = firstBytes(additions << 1);
  // Without addends, the loads read any memory, and a mask clears what they read.
  let addend = additions > 0 ? addendOf(number) + (filter << 1) : from;
  const step = additions > 0 ? addendPixelBytes : 0;
  for (let at = filter; at < numbers; at += filters) {
    const pixel = to + (bytes ? at : at << 1);
    if (shiftsTo32 < 0) putClamped(pixel, pixelBytes, at, from, end, addend, step, mask, bytes, left);
    else putNumbers(pixel, pixelBytes, at, from, end, addend, step, mask, bytes, left);
    if (additions > 0) addend += added << 1;
  }
}

/** Writes one number of each sum. */
function putNumbers(
  to: usize,
  pixelBytes: u32,
  at: u32,
  sums: usize,
  end: usize,
  addend: usize,
  step: u32,
  mask: v128,
  bytes: bool,
  left: u32,
): void {
  const up = shiftsTo32;
  const down = max(shift, 32) - 32;
  const scale = i32x4.splat(1 << up);
  const multiplier = parameters + (at << 2);
  const low = multiplier + (numbers << 2);
  const high = low + (numbers << 2);
  const m0 = v128.load(multiplier);
  const m1 = v128.load(multiplier, 16);
  const low0 = v128.load(low);
  const low1 = v128.load(low, 16);
  const high0 = v128.load(high);
  const high1 = v128.load(high, 16);
  const o0 = i64x2.shl(v128.shuffle<i32>(low0, high0, 0, 4, 1, 5), up);
  const o1 = i64x2.shl(v128.shuffle<i32>(low0, high0, 2, 6, 3, 7), up);
  const o2 = i64x2.shl(v128.shuffle<i32>(low1, high1, 0, 4, 1, 5), up);
  const o3 = i64x2.shl(v128.shuffle<i32>(low1, high1, 2, 6, 3, 7), up);
  // The condition is at the end of the loop: V8 hoists invariant values out of such loops only.
  do {
    // A product instead of a shift, whose count V8 would move between registers each time.
    let a = upperWords(i32x4.mul(v128.load(sums), scale), m0, o0, o1);
    let b = upperWords(i32x4.mul(v128.load(sums, 16), scale), m1, o2, o3);
    const extra = v128.and(v128.load(addend), mask);
    a = i32x4.add(i32x4.shr_s(a, down), i32x4.extend_low_i16x8_s(extra));
    b = i32x4.add(i32x4.shr_s(b, down), i32x4.extend_high_i16x8_s(extra));
    const values = i16x8.narrow_i32x4_s(a, b);
    if (left < 8) putFew(to, values, left, bytes);
    else if (bytes) v128.store64_lane(to, i8x16.narrow_i16x8_u(values, values), 0);
    else v128.store(to, values);
    to += pixelBytes;
    addend += step;
    sums += 32;
  } while (sums < end);
}

/** Writes the first `left` of eight numbers. */
function putFew(to: usize, values: v128, left: u32, bytes: bool): void {
  if (bytes) putBytes(to, i8x16.narrow_i16x8_u(values, values), left);
  else putBytes(to, values, left << 1);
}

/** Returns (sum * multiplier + offset) >> 32 of four sums. */
function upperWords(sums: v128, multipliers: v128, first: v128, second: v128): v128 {
  return v128.shuffle<i32>(
    i64x2.add(i64x2.extmul_low_i32x4_s(sums, multipliers), first),
    i64x2.add(i64x2.extmul_high_i32x4_s(sums, multipliers), second),
    1,
    3,
    5,
    7,
  );
}

/** Writes one number of each sum, like `putNumbers`, in 64 bits. */
function putClamped(
  to: usize,
  pixelBytes: u32,
  at: u32,
  sums: usize,
  end: usize,
  addend: usize,
  step: u32,
  mask: v128,
  bytes: bool,
  left: u32,
): void {
  for (; sums < end; sums += 32, to += pixelBytes, addend += step) {
    const extra = v128.and(v128.load(addend), mask);
    const a = clamped(v128.load(sums), at, i32x4.extend_low_i16x8_s(extra));
    const b = clamped(v128.load(sums, 16), at + 4, i32x4.extend_high_i16x8_s(extra));
    putFew(to, i16x8.narrow_i32x4_s(a, b), left, bytes);
  }
}

/** Returns clamp(((sum * multiplier + offset) >> shift) + addend) of four numbers from `number` on. */
function clamped(sums: v128, number: u32, addend: v128): v128 {
  const multiplier = parameters + (number << 2);
  const low = multiplier + (numbers << 2);
  const multipliers = v128.load(multiplier);
  const lows = v128.load(low);
  const highs = v128.load(low + (numbers << 2));
  const first = clampedTwo(
    i64x2.extmul_low_i32x4_s(sums, multipliers),
    v128.shuffle<i32>(lows, highs, 0, 4, 1, 5),
    i64x2.extend_low_i32x4_s(addend),
  );
  const second = clampedTwo(
    i64x2.extmul_high_i32x4_s(sums, multipliers),
    v128.shuffle<i32>(lows, highs, 2, 6, 3, 7),
    i64x2.extend_high_i32x4_s(addend),
  );
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

function clampedTwo(product: v128, offset: v128, addend: v128): v128 {
  const value = i64x2.add(i64x2.shr_s(i64x2.add(product, offset), shift), addend);
  const lowest = i64x2.splat(minNumber);
  const highest = i64x2.splat(maxNumber);
  const atLeast = v128.bitselect(value, lowest, i64x2.gt_s(value, lowest));
  return v128.bitselect(atLeast, highest, i64x2.lt_s(atLeast, highest));
}
