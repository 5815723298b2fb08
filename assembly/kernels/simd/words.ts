import { fromX, fromY, gatherTaps, left, top } from '../window';

// Windows and filters of a binary convolution as rows of words: bit c % 32 of word c / 32 of a tap is channel c.

/** Copies one plane of the window into a row of words; outside of the input, the words are 0. */
export function gather(
  image: usize,
  inputWidth: u32,
  inputPlanes: u32,
  plane: u32,
  tapWords: u32,
  row: usize,
): void {
  const tapBytes = tapWords << 2;
  const pixelBytes = inputPlanes * tapBytes;
  const pixel = image + ((top + fromY) * inputWidth + (left + fromX)) * pixelBytes + plane * tapBytes;
  gatherTaps(pixel, inputWidth * pixelBytes, pixelBytes, tapBytes, row);
}

/** Counts the bits that are set in both rows. */
export function overlap(a: usize, b: usize, words: u32): i32 {
  let count: i64 = 0;
  for (; words >= 8; words -= 8, a += 32, b += 32) {
    count +=
      popcnt<i64>(load<i64>(a) & load<i64>(b)) +
      popcnt<i64>(load<i64>(a, 8) & load<i64>(b, 8)) +
      popcnt<i64>(load<i64>(a, 16) & load<i64>(b, 16)) +
      popcnt<i64>(load<i64>(a, 24) & load<i64>(b, 24));
  }
  for (; words >= 2; words -= 2, a += 8, b += 8) count += popcnt<i64>(load<i64>(a) & load<i64>(b));
  return <i32>count + (words != 0 ? popcnt<i32>(load<i32>(a) & load<i32>(b)) : 0);
}

/** Counts the bits that are set in a row. */
export function popcount(row: usize, words: u32): i32 {
  let count: i64 = 0;
  for (; words >= 2; words -= 2, row += 8) count += popcnt<i64>(load<i64>(row));
  return <i32>count + (words != 0 ? popcnt<i32>(load<i32>(row)) : 0);
}
