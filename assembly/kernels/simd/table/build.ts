import { entryBytes, groupBits, haloY, planeStride, stride, tileHeight, vectors } from './layer';
import { differences, tile } from './memory';

/** Copies a tile's pixels out of a group's plane, rows `stride` apart. */
export function cutOut(from: usize): void {
  // Bytes that are copied beside the tile must not have more bits than a group, or a nibble would overflow.
  const mask = i8x16.splat(<i8>(((<u32>1) << groupBits) - 1));
  let to = tile;
  if (planeStride == stride || tileHeight + haloY == 1) {
    const bytes: u32 = 16 * vectors + entryBytes;
    for (let at: u32 = 0; at < bytes; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
    return;
  }
  for (let row: u32 = 0; row < tileHeight + haloY; row++, from += planeStride, to += stride) {
    v128.store(to, v128.and(v128.load(from), mask));
    for (let at: u32 = 16; at < stride; at += 16) v128.store(to + at, v128.and(v128.load(from + at), mask));
  }
}

/**
 * Builds table[p][q] = popcount(a[q] ^ p) + 16 popcount(a[q + 16 vectors] ^ p) for the patterns p of `bits`
 * bits, at least 8 patterns. It takes two vectors at a time where it can, so that both stores are in the same
 * cache line.
 */
export function buildTable(table: usize, bits: u32): void {
  const upper: u32 = bits > 3 ? (<u32>1) << (bits - 3) : 1;
  const first = tile;
  const second = tile + 16 * vectors;
  let at: u32 = 0;
  for (; at + 32 <= entryBytes; at += 32) {
    buildTwo(
      v128.load(first + at),
      v128.load(second + at),
      v128.load(first + at, 16),
      v128.load(second + at, 16),
      table + at,
      upper,
    );
  }
  if (at < entryBytes) buildOne(v128.load(first + at), v128.load(second + at), table + at, upper);
}

function buildTwo(a: v128, b: v128, c: v128, d: v128, table: usize, upper: u32): void {
  // With one more bit in a pattern, a pixel differs in one bit more if its own bit is 0, and in one less if
  // it is 1.
  const p1 = difference(a, b, 1);
  const p2 = difference(a, b, 2);
  const p4 = difference(a, b, 4);
  const q1 = difference(c, d, 1);
  const q2 = difference(c, d, 2);
  const q4 = difference(c, d, 4);
  for (let bit: u32 = 8, to = differences; bit < upper << 3; bit <<= 1, to += 32) {
    v128.store(to, difference(a, b, <i8>bit));
    v128.store(to, difference(c, d, <i8>bit), 16);
  }
  let p = i8x16.add(i8x16.popcnt(a), i16x8.shl(i8x16.popcnt(b), 4));
  let q = i8x16.add(i8x16.popcnt(c), i16x8.shl(i8x16.popcnt(d), 4));
  const step = entryBytes;
  let entry = table;
  for (let high: u32 = 0; ; ) {
    v128.store(entry, p);
    v128.store(entry, q, 16);
    entry += step;
    const r = i8x16.add(p, p1);
    const s = i8x16.add(q, q1);
    v128.store(entry, r);
    v128.store(entry, s, 16);
    entry += step;
    const t = i8x16.add(p, p2);
    const u = i8x16.add(q, q2);
    v128.store(entry, t);
    v128.store(entry, u, 16);
    entry += step;
    const v = i8x16.add(r, p2);
    const w = i8x16.add(s, q2);
    v128.store(entry, v);
    v128.store(entry, w, 16);
    entry += step;
    v128.store(entry, i8x16.add(p, p4));
    v128.store(entry, i8x16.add(q, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(r, p4));
    v128.store(entry, i8x16.add(s, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(t, p4));
    v128.store(entry, i8x16.add(u, q4), 16);
    entry += step;
    v128.store(entry, i8x16.add(v, p4));
    v128.store(entry, i8x16.add(w, q4), 16);
    entry += step;
    if (++high == upper) break;
    // The entry of the pattern without its highest bit exists already.
    const bit = 31 - clz<u32>(high);
    const known = table + ((high ^ ((<u32>1) << bit)) << 3) * step;
    p = i8x16.add(v128.load(known), v128.load(differences + (bit << 5)));
    q = i8x16.add(v128.load(known, 16), v128.load(differences + (bit << 5), 16));
  }
}

function buildOne(a: v128, b: v128, table: usize, upper: u32): void {
  const d1 = difference(a, b, 1);
  const d2 = difference(a, b, 2);
  const d4 = difference(a, b, 4);
  for (let bit: u32 = 8, to = differences; bit < upper << 3; bit <<= 1, to += 32) {
    v128.store(to, difference(a, b, <i8>bit));
  }
  const step = entryBytes;
  let value = i8x16.add(i8x16.popcnt(a), i16x8.shl(i8x16.popcnt(b), 4));
  let entry = table;
  for (let high: u32 = 0; ; ) {
    const v1 = i8x16.add(value, d1);
    const v2 = i8x16.add(value, d2);
    const v3 = i8x16.add(v1, d2);
    const far = entry + 4 * step;
    v128.store(entry, value);
    v128.store(entry + step, v1);
    v128.store(entry + 2 * step, v2);
    v128.store(entry + 3 * step, v3);
    v128.store(far, i8x16.add(value, d4));
    v128.store(far + step, i8x16.add(v1, d4));
    v128.store(far + 2 * step, i8x16.add(v2, d4));
    v128.store(far + 3 * step, i8x16.add(v3, d4));
    if (++high == upper) break;
    const bit = 31 - clz<u32>(high);
    const known = table + ((high ^ ((<u32>1) << bit)) << 3) * step;
    value = i8x16.add(v128.load(known), v128.load(differences + (bit << 5)));
    entry = far + 4 * step;
  }
}

/** Returns 1 - 2 [bit of a] + 16 (1 - 2 [bit of b]), modulo 256. */
function difference(a: v128, b: v128, bit: i8): v128 {
  const mask = i8x16.splat(bit);
  // A comparison gives -1 if the bit is 0.
  const clearA = i8x16.eq(v128.and(a, mask), i8x16.splat(0));
  const clearB = i8x16.eq(v128.and(b, mask), i8x16.splat(0));
  return i8x16.sub(
    v128.bitselect(i8x16.splat(1), i8x16.splat(-1), clearA),
    v128.bitselect(i8x16.splat(-16), i8x16.splat(16), clearB),
  );
}
