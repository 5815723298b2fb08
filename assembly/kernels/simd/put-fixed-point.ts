import {
  added,
  addendOf,
  addendPixelBytes,
  filters,
  fits32,
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
//
// If sums and numbers have 16 bits, products of 32 bits are enough. Multipliers and offsets are shifted left so that
// the shift is 32, and divided: multiplier = high * 2^16 + low, offset likewise, |low| <= 2^15. Then
//
//     number = (sum * high + offsetHigh + ((sum * low + offsetLow) >> 16)) >> 16
//
// The last term has 32 bits, and everything before the last shift is exact modulo 2^32, in which the number fits.

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
    if (fits32 && left == 8 && !bytes) putShort(pixel, pixelBytes, at, from, end, addend, step, mask);
    else if (shiftsTo32 < 0) putClamped(pixel, pixelBytes, at, from, end, addend, step, mask, bytes, left);
    else putNumbers(pixel, pixelBytes, at, from, end, addend, step, mask, bytes, left);
    if (additions > 0) addend += added << 1;
  }
}

/** Writes eight numbers of 16 bits for each pixel, like `putNumbers`, where 32 bits are enough. */
function putShort(
  to: usize,
  pixelBytes: u32,
  at: u32,
  sums: usize,
  end: usize,
  addend: usize,
  step: u32,
  mask: v128,
): void {
  const up = 32 - shift;
  const multiplier = parameters + (at << 2);
  const m0 = v128.load(multiplier);
  const m1 = v128.load(multiplier, 16);
  const high0 = highHalves(m0, 15 - up);
  const high1 = highHalves(m1, 15 - up);
  // Lanes of 32 bits whose upper halves are 0, so that a dot product is one product of 16 bits.
  const halves = i32x4.splat(0xffff);
  const low0 = v128.and(i32x4.shl(m0, up), halves);
  const low1 = v128.and(i32x4.shl(m1, up), halves);
  const offsets = multiplier + (numbers << 2);
  const o0 = v128.load(offsets);
  const o1 = v128.load(offsets, 16);
  const offsetLow0 = v128.and(i32x4.shl(o0, up), halves);
  const offsetLow1 = v128.and(i32x4.shl(o1, up), halves);
  const offsetHighs = offsets + (numbers << 2);
  const offsetHigh0 = v128.or(i32x4.shr_u(o0, 16 - up), i32x4.shl(i32x4.shl(v128.load(offsetHighs), 16), up));
  const offsetHigh1 = v128.or(
    i32x4.shr_u(o1, 16 - up),
    i32x4.shl(i32x4.shl(v128.load(offsetHighs, 16), 16), up),
  );
  // The condition is at the end of the loop: V8 hoists invariant values out of such loops only.
  do {
    const s0 = v128.load(sums);
    const s1 = v128.load(sums, 16);
    const a = i32x4.add(
      i32x4.add(i32x4.mul(s0, high0), offsetHigh0),
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(s0, low0), offsetLow0), 16),
    );
    const b = i32x4.add(
      i32x4.add(i32x4.mul(s1, high1), offsetHigh1),
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(s1, low1), offsetLow1), 16),
    );
    const values = i16x8.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
    v128.store(to, i16x8.add_sat_s(values, v128.and(v128.load(addend), mask)));
    to += pixelBytes;
    addend += step;
    sums += 32;
  } while (sums < end);
}

/** Returns multipliers >> (shift + 1), rounded: one more where the half below is negative as a 16-bit integer. */
function highHalves(multipliers: v128, shift: u32): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.shr_s(multipliers, shift), i32x4.splat(1)), 1);
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
