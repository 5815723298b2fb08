// Output bits of 16 pixels between comparison and output: rows of 16 bytes, `step` bytes apart, one row for
// each byte of an output pixel.

/** Puts eight bits of 16 pixels at bit `bit` of the output's pixel. Rows start as zeros. */
export function putBits(bits: usize, step: u32, bit: u32, value: v128): void {
  const at = bits + (bit >>> 3) * step;
  const shift = bit & 7;
  if (shift == 0) {
    v128.store(at, v128.or(v128.load(at), value));
    return;
  }
  // The shifts are of 16-bit lanes, so bits that would cross bytes are masked.
  const low = i16x8.shl(v128.and(value, i8x16.splat(<i8>(<u32>0xff >>> shift))), shift);
  const high = v128.and(i16x8.shr_u(value, 8 - shift), i8x16.splat(<i8>(((<u32>1) << shift) - 1)));
  v128.store(at, v128.or(v128.load(at), low));
  // The next row belongs to the next byte, or is not used.
  v128.store(at + step, v128.or(v128.load(at + step), high));
}

/**
 * Writes bytes `first` to `last`, whole words, of `count` pixels, at most 16, channels last. It may read up
 * to three rows behind the last one.
 */
export function writePixels(
  bits: usize,
  step: u32,
  outputBytes: u32,
  first: u32,
  last: u32,
  count: u32,
  to: usize,
): void {
  bits += first * step;
  for (let word = first; word < last; word += 4, bits += 4 * step) {
    const b0 = v128.load(bits);
    const b1 = v128.load(bits + step);
    const b2 = v128.load(bits + 2 * step);
    const b3 = v128.load(bits + 3 * step);
    const low01 = i8x16.shuffle(b0, b1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high01 = i8x16.shuffle(b0, b1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const low23 = i8x16.shuffle(b2, b3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const high23 = i8x16.shuffle(b2, b3, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const one = i16x8.shuffle(low01, low23, 0, 8, 1, 9, 2, 10, 3, 11);
    const two = i16x8.shuffle(low01, low23, 4, 12, 5, 13, 6, 14, 7, 15);
    const three = i16x8.shuffle(high01, high23, 0, 8, 1, 9, 2, 10, 3, 11);
    const four = i16x8.shuffle(high01, high23, 4, 12, 5, 13, 6, 14, 7, 15);
    const at = to + word;
    writeWords(one, outputBytes, count, at);
    if (count > 4) writeWords(two, outputBytes, count - 4, at + 4 * outputBytes);
    if (count > 8) writeWords(three, outputBytes, count - 8, at + 8 * outputBytes);
    if (count > 12) writeWords(four, outputBytes, count - 12, at + 12 * outputBytes);
  }
}

/** Writes one word of each of at most four pixels. */
function writeWords(words: v128, outputBytes: u32, count: u32, to: usize): void {
  if (count >= 4 && outputBytes == 4) {
    v128.store(to, words);
    return;
  }
  v128.store_lane<u32>(to, words, 0);
  if (count > 1) v128.store_lane<u32>(to + outputBytes, words, 1);
  if (count > 2) v128.store_lane<u32>(to + 2 * outputBytes, words, 2);
  if (count > 3) v128.store_lane<u32>(to + 3 * outputBytes, words, 3);
}
