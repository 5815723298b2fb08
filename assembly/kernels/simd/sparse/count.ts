import { firstBytes } from '../part';

// Vertical counters: bit f of vector l of a counter is bit l of the count of filter f. Full adders of vectors count
// all filters of a vector at once; inputs that are 0 cost nothing.

/**
 * Counts the weights of listed inputs. Three vectors hold the lowest levels; of every eight entries, one carry is
 * stored. The entries that are left of eights are counted first, with zeros: branches on their number would take longer.
 *
 * @param E the type of an entry: u16 or u32
 * @param from the list, up to `end`
 * @param weights the address that the offsets count from
 * @param zero the offset of a vector of zeros
 * @param counter the three levels
 * @param to where the carries go
 * @param spare memory of eight entries
 * @returns the end of the carries
 */
export function countList<E>(
  from: usize,
  end: usize,
  weights: usize,
  zero: u32,
  counter: usize,
  to: usize,
  spare: usize,
): usize {
  if (from == end) return to;
  const rest = <u32>(end - from) & (8 * sizeof<E>() - 1);
  end -= rest;
  if (sizeof<E>() == 2) {
    v128.store(spare, v128.bitselect(v128.load(end), i16x8.splat(<i16>zero), firstBytes(rest)));
  } else {
    v128.store(spare, v128.bitselect(v128.load(end), i32x4.splat(zero), firstBytes(min(rest, 16))));
    const more = v128.bitselect(v128.load(end, 16), i32x4.splat(zero), firstBytes(max(rest, 16) - 16));
    v128.store(spare, more, 16);
  }
  return countEights<E>(spare, from, end, weights, counter, to);
}

/**
 * Adds carries of one level to three levels of a counter. New carries replace them.
 *
 * @param from the carries up to `end`, at least one; up to seven zeros are written behind them
 * @returns the end of the new carries
 */
export function countCarries(from: usize, end: usize, levels: usize): usize {
  const whole = from + ((end - from + 127) & ~127);
  for (; end < whole; end += 16) v128.store(end, i64x2.splat(0));
  return countEights<v128>(from, from + 128, whole, 0, levels, from);
}

/**
 * Counts the eight vectors at `at`, then those from `from` up to `end`.
 *
 * @param E the type of an entry: u16 or u32 for the offset of a vector, v128 for a vector
 */
function countEights<E>(
  at: usize,
  from: usize,
  end: usize,
  weights: usize,
  counter: usize,
  to: usize,
): usize {
  let ones = v128.load(counter);
  let twos = v128.load(counter, 16);
  let fours = v128.load(counter, 32);
  for (; ; at = from, from += 8 * sizeof<E>()) {
    let a = sizeof<E>() == 16 ? v128.load(at) : v128.load(weights + <u32>load<E>(at));
    let b = sizeof<E>() == 16 ? v128.load(at, 16) : v128.load(weights + <u32>load<E>(at, sizeof<E>()));
    let half = v128.xor(ones, a);
    let two = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    a = sizeof<E>() == 16 ? v128.load(at, 32) : v128.load(weights + <u32>load<E>(at, 2 * sizeof<E>()));
    b = sizeof<E>() == 16 ? v128.load(at, 48) : v128.load(weights + <u32>load<E>(at, 3 * sizeof<E>()));
    half = v128.xor(ones, a);
    let twoMore = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    half = v128.xor(twos, two);
    const four = v128.or(v128.and(twos, two), v128.and(half, twoMore));
    twos = v128.xor(half, twoMore);
    a = sizeof<E>() == 16 ? v128.load(at, 64) : v128.load(weights + <u32>load<E>(at, 4 * sizeof<E>()));
    b = sizeof<E>() == 16 ? v128.load(at, 80) : v128.load(weights + <u32>load<E>(at, 5 * sizeof<E>()));
    half = v128.xor(ones, a);
    two = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    a = sizeof<E>() == 16 ? v128.load(at, 96) : v128.load(weights + <u32>load<E>(at, 6 * sizeof<E>()));
    b = sizeof<E>() == 16 ? v128.load(at, 112) : v128.load(weights + <u32>load<E>(at, 7 * sizeof<E>()));
    half = v128.xor(ones, a);
    twoMore = v128.or(v128.and(ones, a), v128.and(half, b));
    ones = v128.xor(half, b);
    half = v128.xor(twos, two);
    const fourMore = v128.or(v128.and(twos, two), v128.and(half, twoMore));
    twos = v128.xor(half, twoMore);
    half = v128.xor(fours, four);
    v128.store(to, v128.or(v128.and(fours, four), v128.and(half, fourMore)));
    fours = v128.xor(half, fourMore);
    to += 16;
    if (from == end) break;
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
