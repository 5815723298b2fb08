/** Writes zeros in whole vectors: up to 15 bytes more than `bytes`. */
export function clear(at: usize, bytes: u32): void {
  for (const end = at + bytes; at < end; at += 16) v128.store(at, i64x2.splat(0));
}
