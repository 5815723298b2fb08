import { chunkBytes, chunks, filters, vectors } from './layer';
import { sums, wide } from './memory';

/**
 * Adds up the chunks of eight filters, from `filter` on, and of 32 pixels, in `wide`. It sums pairs of bytes
 * modulo 2^16 and the second bytes alone; the difference is the sum of the first bytes.
 */
export function widenEight(filter: u32, vector: u32): void {
  const step = 32 * vectors;
  let from = sums + filter * step + (vector << 5);
  for (let to = wide, last = wide + (min(8, filters - filter) << 6); to < last; to += 64, from += step) {
    let low = i16x8.splat(0);
    let lowOdd = i16x8.splat(0);
    let high = i16x8.splat(0);
    let highOdd = i16x8.splat(0);
    for (let part = from, end = from + chunks * chunkBytes; part < end; part += chunkBytes) {
      // Modulo 256, the sum of the low nibbles is that of the bytes minus that of the high nibbles.
      const h = v128.load(part, 16);
      const s = i8x16.sub(v128.load(part), v128.and(i16x8.shl(h, 4), i8x16.splat(-16)));
      low = i16x8.add(low, s);
      lowOdd = i16x8.add(lowOdd, i16x8.shr_u(s, 8));
      high = i16x8.add(high, h);
      highOdd = i16x8.add(highOdd, i16x8.shr_u(h, 8));
    }
    const lowEven = i16x8.sub(low, i16x8.shl(lowOdd, 8));
    const highEven = i16x8.sub(high, i16x8.shl(highOdd, 8));
    v128.store(to, i16x8.shuffle(lowEven, lowOdd, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(to, i16x8.shuffle(lowEven, lowOdd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    v128.store(to, i16x8.shuffle(highEven, highOdd, 0, 8, 1, 9, 2, 10, 3, 11), 32);
    v128.store(to, i16x8.shuffle(highEven, highOdd, 4, 12, 5, 13, 6, 14, 7, 15), 48);
  }
}
