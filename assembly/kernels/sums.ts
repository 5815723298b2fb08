// Sums of one window with each filter of a block: what a convolution spends its time on where there are no vectors.
//
// The shape is made for interpreters, whose cost is the number of their operations. A piece of the window stays in
// locals while it meets all filters: a term is then one load at a constant offset, one AND or product, one addition, and
// no loop. What a piece lacks at the end of a window is 0, whatever lies behind a filter's own weights.

/**
 * For each filter, twice the bits set both in it and in the window. Filters of `words` words lie one behind the other.
 *
 * @param start what the sums begin with
 * @param keep -1 to add to what the sums are, 0 to write over it
 */
export function overlaps(
  window: usize,
  words: u32,
  weights: usize,
  filters: u32,
  sums: usize,
  start: i32,
  keep: i32,
): void {
  const rowBytes = words << 2;
  const end = sums + (filters << 2);
  // Ten words: what 3 x 3 taps of up to 32 channels take, and half of what those of 64 do.
  for (; <i32>words > 0; words -= 10, window += 40, weights += 40) {
    const a = twoWords(window, words);
    const b = twoWords(window + 8, words - 2);
    const c = twoWords(window + 16, words - 4);
    const d = twoWords(window + 24, words - 6);
    const e = twoWords(window + 32, words - 8);
    let sum = sums;
    let row = weights;
    do {
      const both =
        popcnt<i64>(load<i64>(row) & a) +
        popcnt<i64>(load<i64>(row, 8) & b) +
        popcnt<i64>(load<i64>(row, 16) & c) +
        popcnt<i64>(load<i64>(row, 24) & d) +
        popcnt<i64>(load<i64>(row, 32) & e);
      store<i32>(sum, (load<i32>(sum) & keep) + start + ((<i32>both) << 1));
      row += rowBytes;
      sum += 4;
    } while (sum < end);
    start = 0;
    keep = -1;
  }
}

/** The words at an address, of which so many are the window's. */
function twoWords(at: usize, words: i32): i64 {
  return words >= 2 ? load<i64>(at) : words == 1 ? load<u32>(at) : 0;
}

/**
 * For each filter, the sum of its products with the window's values, which take 1 or 2 bytes each. Filters of `count`
 * bytes lie one behind the other.
 */
export function products(
  window: usize,
  count: i32,
  bytes: u32,
  weights: usize,
  filters: u32,
  sums: usize,
): void {
  const end = sums + (filters << 2);
  let keep = 0;
  for (let left = count; left > 0; left -= 9, window += 9 * bytes, weights += 9) {
    const a = value(window, bytes, 0, left);
    const b = value(window, bytes, 1, left);
    const c = value(window, bytes, 2, left);
    const d = value(window, bytes, 3, left);
    const e = value(window, bytes, 4, left);
    const f = value(window, bytes, 5, left);
    const g = value(window, bytes, 6, left);
    const h = value(window, bytes, 7, left);
    const i = value(window, bytes, 8, left);
    let sum = sums;
    let row = weights;
    do {
      store<i32>(
        sum,
        (load<i32>(sum) & keep) +
          load<i8>(row) * a +
          load<i8>(row, 1) * b +
          load<i8>(row, 2) * c +
          load<i8>(row, 3) * d +
          load<i8>(row, 4) * e +
          load<i8>(row, 5) * f +
          load<i8>(row, 6) * g +
          load<i8>(row, 7) * h +
          load<i8>(row, 8) * i,
      );
      row += count;
      sum += 4;
    } while (sum < end);
    keep = -1;
  }
}

/** Value `index` of those at an address, of which so many are the window's. */
function value(at: usize, bytes: u32, index: i32, count: i32): i32 {
  if (index >= count) return 0;
  return bytes == 1 ? <i32>load<u8>(at + index) : load<i16>(at + (index << 1));
}
