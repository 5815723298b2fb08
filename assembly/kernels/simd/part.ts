// Parts of a vector, at the ends of rows and pixels.

/** Returns a mask with ones in its first `count` bytes. */
export function firstBytes(count: u32): v128 {
  const onesThenZeros = memory.data<u64>([-1, -1, 0, 0]);
  return v128.load(onesThenZeros + 16 - count);
}

/** Stores the first `count` bytes of a vector. It does not copy through memory, which threads share. */
export function putBytes(to: usize, values: v128, count: u32): void {
  if (count == 16) {
    v128.store(to, values);
    return;
  }
  if (count & 8) {
    v128.store_lane<u64>(to, values, 0);
    values = i64x2.shuffle(values, values, 1, 1);
    to += 8;
  }
  if (count & 4) {
    v128.store_lane<u32>(to, values, 0);
    values = i64x2.shr_u(values, 32);
    to += 4;
  }
  if (count & 2) {
    v128.store_lane<u16>(to, values, 0);
    values = i64x2.shr_u(values, 16);
    to += 2;
  }
  if (count & 1) v128.store_lane<u8>(to, values, 0);
}
