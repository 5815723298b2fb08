import { SPARSE_RUN } from '../../../plans/sparse-plan';
import { counter, lanes, sums } from './layer';

// From a counter to sums. Bit 8 i + j of a vector is filter (lanes / 8) j + i of its pixel, and a vector has one, two or
// four pixels one behind the other. So when the bits of eight levels are transposed, byte by byte, the counts have
// the order of the filters.

/** Bytes of the sums of eight filters and a run of pixels. */
const EIGHT_BYTES: u32 = SPARSE_RUN << 5;

/**
 * Writes the sums of all pixels of a vector: twice the counts, less the total of the pixel.
 *
 * @param levels the levels of the counter
 * @param low the totals of 16-bit lanes 0 to 7
 * @param high those of lanes 8 to 15
 * @param place the place in the run
 */
export function writeSums(levels: u32, low: v128, high: v128, place: u32): void {
  transposeLevels(counter, levels);
  if (levels > 8) transposeLevels(counter + 128, levels - 8);
  let at = counter;
  for (let j: u32 = 0; j < 8; j++, at += 16) {
    const bytes = v128.load(at);
    const more = levels > 8 ? v128.load(at, 128) : i64x2.splat(0);
    const a = i16x8.sub(
      i16x8.shl(i8x16.shuffle(bytes, more, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), 1),
      low,
    );
    const b = i16x8.sub(
      i16x8.shl(i8x16.shuffle(bytes, more, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 1),
      high,
    );
    const to = sums + (place << 5);
    if (lanes == 32) {
      const four = to + (j >>> 1) * EIGHT_BYTES + ((j & 1) << 4);
      v128.store(four, i32x4.extend_low_i16x8_s(a));
      v128.store(four, i32x4.extend_high_i16x8_s(a), 4 * EIGHT_BYTES);
      v128.store(four, i32x4.extend_low_i16x8_s(b), 8 * EIGHT_BYTES);
      v128.store(four, i32x4.extend_high_i16x8_s(b), 12 * EIGHT_BYTES);
      continue;
    }
    const first = to + (lanes == 128 ? 2 * j : j) * EIGHT_BYTES;
    const second = to + (lanes == 128 ? 2 * j + 1 : j + 8) * EIGHT_BYTES;
    v128.store(first, i32x4.extend_low_i16x8_s(a));
    v128.store(first, i32x4.extend_high_i16x8_s(a), 16);
    v128.store(second, i32x4.extend_low_i16x8_s(b));
    v128.store(second, i32x4.extend_high_i16x8_s(b), 16);
  }
}

/** Transposes squares of eight bits a side: bit j of byte i of vector r becomes bit r of byte i of vector j. */
function transposeLevels(at: usize, levels: u32): void {
  let a = v128.load(at);
  let b = v128.load(at, 16);
  let c = v128.load(at, 32);
  let d = v128.load(at, 48);
  let e = i64x2.splat(0);
  let f = i64x2.splat(0);
  let g = i64x2.splat(0);
  let h = i64x2.splat(0);
  const nibbles = i8x16.splat(0x0f);
  if (levels > 4) {
    e = v128.load(at, 64);
    f = v128.load(at, 80);
    g = v128.load(at, 96);
    h = v128.load(at, 112);
    let t = v128.and(v128.xor(i64x2.shr_u(a, 4), e), nibbles);
    e = v128.xor(e, t);
    a = v128.xor(a, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(b, 4), f), nibbles);
    f = v128.xor(f, t);
    b = v128.xor(b, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(c, 4), g), nibbles);
    g = v128.xor(g, t);
    c = v128.xor(c, i64x2.shl(t, 4));
    t = v128.and(v128.xor(i64x2.shr_u(d, 4), h), nibbles);
    h = v128.xor(h, t);
    d = v128.xor(d, i64x2.shl(t, 4));
  } else {
    e = v128.and(i64x2.shr_u(a, 4), nibbles);
    a = v128.and(a, nibbles);
    f = v128.and(i64x2.shr_u(b, 4), nibbles);
    b = v128.and(b, nibbles);
    g = v128.and(i64x2.shr_u(c, 4), nibbles);
    c = v128.and(c, nibbles);
    h = v128.and(i64x2.shr_u(d, 4), nibbles);
    d = v128.and(d, nibbles);
  }
  const twos = i8x16.splat(0x33);
  let t = v128.and(v128.xor(i64x2.shr_u(a, 2), c), twos);
  c = v128.xor(c, t);
  a = v128.xor(a, i64x2.shl(t, 2));
  t = v128.and(v128.xor(i64x2.shr_u(b, 2), d), twos);
  d = v128.xor(d, t);
  b = v128.xor(b, i64x2.shl(t, 2));
  t = v128.and(v128.xor(i64x2.shr_u(e, 2), g), twos);
  g = v128.xor(g, t);
  e = v128.xor(e, i64x2.shl(t, 2));
  t = v128.and(v128.xor(i64x2.shr_u(f, 2), h), twos);
  h = v128.xor(h, t);
  f = v128.xor(f, i64x2.shl(t, 2));
  const ones = i8x16.splat(0x55);
  t = v128.and(v128.xor(i64x2.shr_u(a, 1), b), ones);
  v128.store(at, v128.xor(a, i64x2.shl(t, 1)));
  v128.store(at, v128.xor(b, t), 16);
  t = v128.and(v128.xor(i64x2.shr_u(c, 1), d), ones);
  v128.store(at, v128.xor(c, i64x2.shl(t, 1)), 32);
  v128.store(at, v128.xor(d, t), 48);
  t = v128.and(v128.xor(i64x2.shr_u(e, 1), f), ones);
  v128.store(at, v128.xor(e, i64x2.shl(t, 1)), 64);
  v128.store(at, v128.xor(f, t), 80);
  t = v128.and(v128.xor(i64x2.shr_u(g, 1), h), ones);
  v128.store(at, v128.xor(g, i64x2.shl(t, 1)), 96);
  v128.store(at, v128.xor(h, t), 112);
}
