// Vertical counters: bit f of word l of a counter is bit l of the count of filter f. So 32 filters count at once, by
// full adders of words, and inputs that are 0 cost nothing.

/** The words of a counter: counts stay below 2^16. */
export const COUNTER_BYTES: u32 = 64;

/**
 * Counts for each of 32 filters the words that have its bit.
 *
 * @param from the address of a list of u16 offsets, up to `end`
 * @param weights the address that the offsets count from
 * @param carries memory for a word of every eight entries and one more
 * @param counter where the levels go
 * @returns the number of levels
 */
export function count(from: usize, end: usize, weights: usize, carries: usize, counter: usize): u32 {
  let ones: u32 = 0;
  let twos: u32 = 0;
  let fours: u32 = 0;
  let to = carries;
  for (; from + 16 <= end; from += 16, to += 4) {
    let a = load<u32>(weights + load<u16>(from));
    let b = load<u32>(weights + load<u16>(from, 2));
    let half = ones ^ a;
    let two = (ones & a) | (half & b);
    ones = half ^ b;
    a = load<u32>(weights + load<u16>(from, 4));
    b = load<u32>(weights + load<u16>(from, 6));
    half = ones ^ a;
    let twoMore = (ones & a) | (half & b);
    ones = half ^ b;
    half = twos ^ two;
    const four = (twos & two) | (half & twoMore);
    twos = half ^ twoMore;
    a = load<u32>(weights + load<u16>(from, 8));
    b = load<u32>(weights + load<u16>(from, 10));
    half = ones ^ a;
    two = (ones & a) | (half & b);
    ones = half ^ b;
    a = load<u32>(weights + load<u16>(from, 12));
    b = load<u32>(weights + load<u16>(from, 14));
    half = ones ^ a;
    twoMore = (ones & a) | (half & b);
    ones = half ^ b;
    half = twos ^ two;
    const fourMore = (twos & two) | (half & twoMore);
    twos = half ^ twoMore;
    half = fours ^ four;
    store<u32>(to, (fours & four) | (half & fourMore));
    fours = half ^ fourMore;
  }
  // At most seven are counted and at most seven are left, so a filter has at most one carry.
  let eight: u32 = 0;
  for (; from < end; from += 2) {
    const word = load<u32>(weights + load<u16>(from));
    const two = ones & word;
    ones ^= word;
    const four = twos & two;
    twos ^= two;
    eight |= fours & four;
    fours ^= four;
  }
  if (eight != 0) {
    store<u32>(to, eight);
    to += 4;
  }
  store<u32>(counter, ones);
  store<u32>(counter, twos, 4);
  store<u32>(counter, fours, 8);
  return 3 + addCarries(carries, to, counter + 12);
}

/** Adds up words of the same level, as `count` does. @returns the number of levels */
function addCarries(from: usize, end: usize, counter: usize): u32 {
  let levels: u32 = 0;
  for (; from < end; levels++, counter += 4) {
    let word: u32 = 0;
    let to = from;
    let at = from;
    for (; at + 8 <= end; at += 8, to += 4) {
      const a = load<u32>(at);
      const b = load<u32>(at, 4);
      const half = word ^ a;
      store<u32>(to, (word & a) | (half & b));
      word = half ^ b;
    }
    if (at < end) {
      const a = load<u32>(at);
      const carry = word & a;
      word ^= a;
      if (carry != 0) {
        store<u32>(to, carry);
        to += 4;
      }
    }
    store<u32>(counter, word);
    end = to;
  }
  return levels;
}

/**
 * Adds twice the counts of a second counter to those of a first one.
 *
 * @param levels the number of levels of the first
 * @param more the number of levels of the second
 * @returns the number of levels of the result
 */
export function addTwice(counter: usize, levels: u32, second: usize, more: u32): u32 {
  const top = max(levels, more + 1);
  let carry: u32 = 0;
  for (let level: u32 = 1; level < top; level++) {
    const at = counter + (level << 2);
    const a = level < levels ? load<u32>(at) : 0;
    const b = level <= more ? load<u32>(second + (level << 2) - 4) : 0;
    const half = a ^ b;
    store<u32>(at, half ^ carry);
    carry = (a & b) | (half & carry);
  }
  store<u32>(counter + (top << 2), carry);
  return top + 1;
}

/**
 * Writes `filters` sums, at most 32 and rounded up to a multiple of four: twice the counts, and a start. Sums are int32.
 *
 * @param keep -1 to add to the present sums, 0 to overwrite them
 */
export function sumsOf(counter: usize, levels: u32, filters: u32, sums: usize, start: i32, keep: i32): void {
  for (let filter: u32 = 0; filter < filters; filter += 4) {
    // Four counts of 16 bits, from the highest level to the lowest.
    let counts: u64 = 0;
    for (let at = counter + (levels << 2); at > counter; ) {
      at -= 4;
      const bits: u64 = (load<u32>(at) >>> filter) & 15;
      counts = counts + counts + ((bits * 0x0000200040008001) & 0x0001000100010001);
    }
    for (const end = sums + 16; sums < end; sums += 4, counts >>>= 16) {
      store<i32>(sums, (load<i32>(sums) & keep) + start + ((<i32>(<u32>counts & 0xffff)) << 1));
    }
  }
}
