import { outputsPerSum } from '../../epilogue';
import { filters, items, places } from './layer';
import { nextVector, offsets } from './memory';

/**
 * Computes the sums of eight filters and 16 pixels, or the largest sums of four cells, and stores the bits of
 * their thresholds: a byte for each pixel, or a word for each cell. Bits of second thresholds are 64 bytes
 * behind the first.
 *
 * @param stream the first pair of the first pixel or cell, in its plane
 * @param limit the first threshold of the last two filters
 */
export function thresholdEight(stream: usize, weight: usize, limit: usize, to: usize): void {
  const distance = nextVector;
  const step = filters << 2;
  const end = offsets + (items << 3);
  let first = i8x16.splat(0);
  let second = i8x16.splat(0);
  // Filters 6 and 7, then 4 and 5, ...: each shifts the earlier bits up and adds its own as the lowest.
  for (const last = limit - 24; limit >= last; limit -= 8) {
    let at = stream + load<u32>(offsets);
    let third = stream + load<u32>(offsets, 4);
    let w = v128.load32_splat(weight);
    let v = v128.load32_splat(weight, 4);
    let p = v128.load(at);
    let a0 = i32x4.dot_i16x8_s(p, w);
    let b0 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(at + distance);
    let a1 = i32x4.dot_i16x8_s(p, w);
    let b1 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(third);
    let a2 = i32x4.dot_i16x8_s(p, w);
    let b2 = i32x4.dot_i16x8_s(p, v);
    p = v128.load(third + distance);
    let a3 = i32x4.dot_i16x8_s(p, w);
    let b3 = i32x4.dot_i16x8_s(p, v);
    weight += 8;
    for (let item = offsets + 8; item < end; item += 8, weight += 8) {
      at = stream + load<u32>(item);
      third = stream + load<u32>(item, 4);
      w = v128.load32_splat(weight);
      v = v128.load32_splat(weight, 4);
      p = v128.load(at);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(p, w));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(p, v));
      p = v128.load(at + distance);
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(p, w));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(p, v));
      p = v128.load(third);
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(p, w));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(p, v));
      p = v128.load(third + distance);
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(p, w));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(p, v));
    }
    const low = v128.load32_splat(limit);
    const high = v128.load32_splat(limit, 4);
    const secondLow = v128.load32_splat(limit + step);
    const secondHigh = v128.load32_splat(limit + step, 4);
    if (places == 2) {
      const a = i32x4.max_s(i32x4.max_s(a0, a1), i32x4.max_s(a2, a3));
      const b = i32x4.max_s(i32x4.max_s(b0, b1), i32x4.max_s(b2, b3));
      first = withBit(withBit(first, b, high), a, low);
      if (outputsPerSum == 2) second = withBit(withBit(second, b, secondHigh), a, secondLow);
    } else {
      first = withBits(withBits(first, b0, b1, b2, b3, high), a0, a1, a2, a3, low);
      if (outputsPerSum == 2)
        second = withBits(withBits(second, b0, b1, b2, b3, secondHigh), a0, a1, a2, a3, secondLow);
    }
  }
  v128.store(to, first);
  v128.store(to, second, 64);
}

/** Shifts `bits` up by one and adds 1 where one of four sums is below the limit. */
function withBit(bits: v128, sums: v128, limit: v128): v128 {
  return i32x4.sub(i32x4.add(bits, bits), i32x4.gt_s(limit, sums));
}

/** Returns 16 words of at most 255 as bytes. */
export function bytesOf(words: usize): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(v128.load(words), v128.load(words, 16)),
    i16x8.narrow_i32x4_s(v128.load(words, 32), v128.load(words, 48)),
  );
}

/** Shifts `bits` up by one and adds 1 where one of 16 sums is below the limit. */
function withBits(bits: v128, a: v128, b: v128, c: v128, d: v128, limit: v128): v128 {
  const low = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, a), i32x4.gt_s(limit, b));
  const high = i16x8.narrow_i32x4_s(i32x4.gt_s(limit, c), i32x4.gt_s(limit, d));
  return i8x16.sub(i8x16.add(bits, bits), i8x16.narrow_i16x8_s(low, high));
}
