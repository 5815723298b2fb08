// Sums of one window with int8 weights of each filter of a block: without vectors, a convolution spends its time here.
//
// The form suits interpreters, whose cost is the number of operations. A piece of the window stays in locals
// while it meets all filters: each term takes one load at a constant offset, one AND or product and one
// addition, without a loop. The last piece of a window ends with zeros, so the weights that it meets beyond a
// filter's own do not matter.

/**
 * Computes for each filter the sum of products with the window's values, which have 1 or 2 bytes. Filters of
 * `count` bytes are adjacent.
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

/** Returns the value at an index, or 0 beyond the end of the window. */
function value(at: usize, bytes: u32, index: i32, count: i32): i32 {
  if (index >= count) return 0;
  return bytes == 1 ? <i32>load<u8>(at + index) : load<i16>(at + (index << 1));
}
