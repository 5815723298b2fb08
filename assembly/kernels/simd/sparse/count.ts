// Vertical counters: bit f of vector l of a counter is bit l of the count of filter f. Full adders of vectors count
// all filters of a vector at once; inputs that are 0 cost nothing.

/**
 * Counts the weights of listed inputs. Three vectors hold the lowest levels; of every eight entries, one carry is
 * stored.
 *
 * @param E the type of an entry: u16 or u32
 * @param from the list, up to `end`
 * @param weights the address that the offsets count from
 * @param counter the three levels
 * @param to where the carries go
 * @returns the end of the carries
 */
export function countList<E>(from: usize, end: usize, weights: usize, counter: usize, to: usize): usize {
  let ones = v128.load(counter);
  let twos = v128.load(counter, 16);
  let fours = v128.load(counter, 32);
  for (; from + 8 * sizeof<E>() <= end; from += 8 * sizeof<E>(), to += 16) {
    let a = v128.load(weights + <u32>load<E>(from));
    let b = v128.load(weights + <u32>load<E>(from, sizeof<E>()));
    let half = v128.xor(ones, a);
    let two = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    a = v128.load(weights + <u32>load<E>(from, 2 * sizeof<E>()));
    b = v128.load(weights + <u32>load<E>(from, 3 * sizeof<E>()));
    half = v128.xor(ones, a);
    let twoMore = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    half = v128.xor(twos, two);
    const four = v128.or(v128.and(twos, two), v128.and(half, twoMore));
    twos = v128.xor(half, twoMore);
    a = v128.load(weights + <u32>load<E>(from, 4 * sizeof<E>()));
    b = v128.load(weights + <u32>load<E>(from, 5 * sizeof<E>()));
    half = v128.xor(ones, a);
    two = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    a = v128.load(weights + <u32>load<E>(from, 6 * sizeof<E>()));
    b = v128.load(weights + <u32>load<E>(from, 7 * sizeof<E>()));
    half = v128.xor(ones, a);
    twoMore = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    half = v128.xor(twos, two);
    const fourMore = v128.or(v128.and(twos, two), v128.and(half, twoMore));
    twos = v128.xor(half, twoMore);
    half = v128.xor(fours, four);
    v128.store(to, v128.or(v128.and(fours, four), v128.and(half, fourMore)));
    fours = v128.xor(half, fourMore);
  }
  if (from < end) {
    // At most seven are counted and at most seven are left, so a filter has at most one carry.
    let eight = i64x2.splat(0);
    do {
      const a = v128.load(weights + <u32>load<E>(from));
      const two = v128.and(ones, a);
      ones = v128.xor(ones, a);
      const four = v128.and(twos, two);
      twos = v128.xor(twos, two);
      eight = v128.or(eight, v128.and(fours, four));
      fours = v128.xor(fours, four);
      from += sizeof<E>();
    } while (from < end);
    v128.store(to, eight);
    to += 16;
  }
  v128.store(counter, ones);
  v128.store(counter, twos, 16);
  v128.store(counter, fours, 32);
  return to;
}

/**
 * Adds carries of one level to a sum.
 *
 * @param level where the new sum goes
 * @param to where the carries of the next level go
 * @returns their end
 */
export function addCarries(sum: v128, from: usize, end: usize, level: usize, to: usize): usize {
  for (; from + 32 <= end; from += 32, to += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const half = v128.xor(sum, a);
    v128.store(to, v128.or(v128.and(sum, a), v128.and(half, b)));
    sum = v128.xor(half, b);
  }
  if (from < end) {
    const a = v128.load(from);
    v128.store(to, v128.and(sum, a));
    to += 16;
    sum = v128.xor(sum, a);
  }
  v128.store(level, sum);
  return to;
}
