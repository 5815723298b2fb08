import {
  added,
  addendOf,
  addendPixelBytes,
  filters,
  leastNumber,
  mostNumber,
  numbers,
  parameters,
  shift,
  shiftsTo32,
} from '../fixed-point';
import { firstBytes, putBytes } from './part';

// Sums as fixed-point numbers, of eight filters and a run of pixels: clamp(((sum * multiplier + offset) >> shift) + addend).
// `openFixedPoint` of ../fixed-point prepares it.
//
// Sums and offsets are shifted to the left beforehand, or numbers to the right afterwards, so that the shift between is 32:
// then the number is the upper word of the product, and narrowing it is the clamp. Where this could overflow, which only
// strange parameters let it, products are shifted and clamped in 64 bits.

/** As `putRun`, of sums from `from` to `end`; `to` is the first pixel's address, `bytes` whether the numbers are bytes. */
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
  const there = firstBytes(additions << 1);
  const exact = shiftsTo32 < 0;
  const up = exact ? 0 : shiftsTo32;
  const down = max(shift, 32) - 32;
  let addends = addendOf(number) + (filter << 1);
  for (let at = filter; at < numbers; at += filters, addends += added << 1) {
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
    let addend = addends;
    let pixel = to + (bytes ? at : at << 1);
    for (let sums = from; sums < end; sums += 32, pixel += pixelBytes, addend += addendPixelBytes) {
      let extra = i16x8.splat(0);
      if (additions != 0) extra = v128.and(v128.load(addend), there);
      let a = v128.load(sums);
      let b = v128.load(sums, 16);
      if (exact) {
        a = clamped(a, m0, o0, o1, i32x4.extend_low_i16x8_s(extra));
        b = clamped(b, m1, o2, o3, i32x4.extend_high_i16x8_s(extra));
      } else {
        a = i32x4.shl(a, up);
        b = i32x4.shl(b, up);
        a = i32x4.shr_s(upperWords(a, m0, o0, o1), down);
        b = i32x4.shr_s(upperWords(b, m1, o2, o3), down);
        a = i32x4.add(a, i32x4.extend_low_i16x8_s(extra));
        b = i32x4.add(b, i32x4.extend_high_i16x8_s(extra));
      }
      const values = i16x8.narrow_i32x4_s(a, b);
      if (left < 8)
        putBytes(pixel, bytes ? i8x16.narrow_i16x8_u(values, values) : values, bytes ? left : left << 1);
      else if (bytes) v128.store64_lane(pixel, i8x16.narrow_i16x8_u(values, values), 0);
      else v128.store(pixel, values);
    }
  }
}

/** (sum * multiplier + offset) >> 32 of four. */
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

/** clamp(((sum * multiplier + offset) >> shift) + addend) of four. */
function clamped(sums: v128, multipliers: v128, first: v128, second: v128, addend: v128): v128 {
  return v128.shuffle<i32>(
    clampedTwo(i64x2.extmul_low_i32x4_s(sums, multipliers), first, i64x2.extend_low_i32x4_s(addend)),
    clampedTwo(i64x2.extmul_high_i32x4_s(sums, multipliers), second, i64x2.extend_high_i32x4_s(addend)),
    0,
    2,
    4,
    6,
  );
}

function clampedTwo(product: v128, offset: v128, addend: v128): v128 {
  const value = i64x2.add(i64x2.shr_s(i64x2.add(product, offset), shift), addend);
  const least = i64x2.splat(leastNumber);
  const most = i64x2.splat(mostNumber);
  const atLeast = v128.bitselect(value, least, i64x2.gt_s(value, least));
  return v128.bitselect(atLeast, most, i64x2.lt_s(atLeast, most));
}
