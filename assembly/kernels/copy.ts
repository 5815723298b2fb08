/** Copies bytes from the first to the last, in words as far as possible. */
export function copy(from: usize, to: usize, bytes: u32): void {
  for (; bytes >= 4; bytes -= 4, from += 4, to += 4) store<u32>(to, load<u32>(from));
  for (; bytes > 0; bytes--, from++, to++) store<u8>(to, load<u8>(from));
}

/** Sets bytes to 0. */
export function clear(at: usize, bytes: u32): void {
  for (; bytes >= 4; bytes -= 4, at += 4) store<u32>(at, 0);
  for (; bytes > 0; bytes--, at++) store<u8>(at, 0);
}
