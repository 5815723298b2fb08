/** A u8 or an i16, by the bytes that it takes. */
export function loadNumber(at: usize, bytes: u32): i32 {
  return bytes == 1 ? <i32>load<u8>(at) : load<i16>(at);
}
