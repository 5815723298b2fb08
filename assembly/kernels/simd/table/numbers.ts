import { putRun } from '../put';
import { outputHeight, outputWidth, stride, tileHeight, tileWidth, vectors } from './layer';
import { limits, results, wide } from './memory';
import { widenEight } from './widen';

/** Writes the outputs of the sums of filters `from` to `to` of a tile. */
export function writeTileNumbers(y: u32, x: u32, from: u32, to: u32): void {
  const lines = min(tileHeight, outputHeight - y);
  const columns = min(tileWidth, outputWidth - x);
  for (let filter = from; filter < to; filter += 8) {
    for (let vector: u32 = 0; vector < vectors; vector++) {
      widenEight(filter, vector);
      const ones = v128.load(limits + (filter << 1));
      const low = results + (vector << 9);
      const high = low + (vectors << 9);
      sumEight(ones, wide, low);
      sumEight(ones, wide + 16, low + 256);
      sumEight(ones, wide + 32, high);
      sumEight(ones, wide + 48, high + 256);
    }
    for (let row: u32 = 0; row < lines; row++) {
      putRun((y + row) * outputWidth + x, columns, filter, results + ((row * stride) << 5));
    }
  }
}

/**
 * Computes sum = popcount(w) - x of eight filters, in rows 64 bytes apart, and eight pixels: [pixel][filter].
 */
function sumEight(ones: v128, from: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from, 64);
  const c = v128.load(from, 128);
  const d = v128.load(from, 192);
  const e = v128.load(from, 256);
  const f = v128.load(from, 320);
  const g = v128.load(from, 384);
  const h = v128.load(from, 448);
  const ab = i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const cd = i16x8.shuffle(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
  const ef = i16x8.shuffle(e, f, 0, 8, 1, 9, 2, 10, 3, 11);
  const gh = i16x8.shuffle(g, h, 0, 8, 1, 9, 2, 10, 3, 11);
  fourPixels(ones, ab, cd, ef, gh, to);
  const ab4 = i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  const cd4 = i16x8.shuffle(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
  const ef4 = i16x8.shuffle(e, f, 4, 12, 5, 13, 6, 14, 7, 15);
  const gh4 = i16x8.shuffle(g, h, 4, 12, 5, 13, 6, 14, 7, 15);
  fourPixels(ones, ab4, cd4, ef4, gh4, to + 128);
}

/** Stores the sums of four pixels, from pairs of filters. */
function fourPixels(ones: v128, ab: v128, cd: v128, ef: v128, gh: v128, to: usize): void {
  const abcd = i32x4.shuffle(ab, cd, 0, 4, 1, 5);
  const abcd2 = i32x4.shuffle(ab, cd, 2, 6, 3, 7);
  const efgh = i32x4.shuffle(ef, gh, 0, 4, 1, 5);
  const efgh2 = i32x4.shuffle(ef, gh, 2, 6, 3, 7);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd, efgh, 0, 2)), to);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd, efgh, 1, 3)), to + 32);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd2, efgh2, 0, 2)), to + 64);
  putSums(i16x8.sub(ones, i64x2.shuffle(abcd2, efgh2, 1, 3)), to + 96);
}

function putSums(values: v128, to: usize): void {
  v128.store(to, i32x4.extend_low_i16x8_s(values));
  v128.store(to, i32x4.extend_high_i16x8_s(values), 16);
}
