import {
  added,
  addendOf,
  filters,
  leastNumber,
  mostNumber,
  numbers,
  parameters,
  shift,
} from '../fixed-point';
import { firstBytes } from './bits';

// Sums as fixed-point numbers, eight filters at a time; `openFixedPoint` of ../fixed-point prepares it.

/**
 * Takes the sums of filters `filter` (a multiple of 8) to `filter + 7`; those beyond the last are ignored, whatever was
 * read there.
 *
 * @param pixel the address of the output pixel
 * @param number its number, row by row
 * @param bytes whether the numbers are bytes
 */
export function putEightFixedPoint(
  pixel: usize,
  number: u32,
  filter: u32,
  a: v128,
  b: v128,
  bytes: bool,
): void {
  const left = min(filters - filter, 8);
  let addend = addendOf(number) + (filter << 1);
  const additions = filter < added ? min(added - filter, 8) : 0;
  for (let at = filter; at < numbers; at += filters, addend += added << 1) {
    let extra = i16x8.splat(0);
    if (additions == 8) extra = v128.load(addend);
    else if (additions > 0) extra = v128.and(v128.load(addend), firstBytes(additions << 1));
    const first = four(a, at, i32x4.extend_low_i16x8_s(extra));
    const second = four(b, at + 4, i32x4.extend_high_i16x8_s(extra));
    const values = i16x8.narrow_i32x4_s(first, second);
    if (bytes) putBytes(pixel + at, i8x16.narrow_i16x8_u(values, values), left);
    else putStream(pixel + (at << 1), values, left);
  }
}

/** clamp(((sum * multiplier + offset) >> shift) + addend) of four numbers from `number` on. */
function four(sums: v128, number: u32, addend: v128): v128 {
  const multiplier = parameters + (number << 2);
  const low = multiplier + (numbers << 2);
  const multipliers = v128.load(multiplier);
  const lows = v128.load(low);
  const highs = v128.load(low + (numbers << 2));
  const first = clamped(
    i64x2.extmul_low_i32x4_s(sums, multipliers),
    v128.shuffle<i32>(lows, highs, 0, 4, 1, 5),
    i64x2.extend_low_i32x4_s(addend),
  );
  const second = clamped(
    i64x2.extmul_high_i32x4_s(sums, multipliers),
    v128.shuffle<i32>(lows, highs, 2, 6, 3, 7),
    i64x2.extend_high_i32x4_s(addend),
  );
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

function clamped(product: v128, offset: v128, addend: v128): v128 {
  const value = i64x2.add(i64x2.shr_s(i64x2.add(product, offset), shift), addend);
  const least = i64x2.splat(leastNumber);
  const most = i64x2.splat(mostNumber);
  const atLeast = v128.bitselect(value, least, i64x2.gt_s(value, least));
  return v128.bitselect(atLeast, most, i64x2.lt_s(atLeast, most));
}

function putBytes(to: usize, values: v128, left: u32): void {
  if (left == 8) {
    v128.store64_lane(to, values, 0);
    return;
  }
  // Not by way of memory, which threads share.
  if (left & 4) {
    v128.store_lane<u32>(to, values, 0);
    values = i64x2.shr_u(values, 32);
    to += 4;
  }
  if (left & 2) {
    v128.store_lane<u16>(to, values, 0);
    values = i64x2.shr_u(values, 16);
    to += 2;
  }
  if (left & 1) v128.store_lane<u8>(to, values, 0);
}

function putStream(to: usize, values: v128, left: u32): void {
  if (left == 8) {
    v128.store(to, values);
    return;
  }
  if (left & 4) {
    v128.store_lane<u64>(to, values, 0);
    values = i64x2.shuffle(values, values, 1, 1);
    to += 8;
  }
  if (left & 2) {
    v128.store_lane<u32>(to, values, 0);
    values = i64x2.shr_u(values, 32);
    to += 4;
  }
  if (left & 1) v128.store_lane<u16>(to, values, 0);
}
