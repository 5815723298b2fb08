/** Loads a u8 or an i16, which have 1 or 2 bytes. */
export function loadNumber(at: usize, bytes: u32): i32 {
  return bytes == 1 ? <i32>load<u8>(at) : load<i16>(at);
}
