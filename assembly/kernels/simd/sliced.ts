import { BLOCK_FILTERS } from '../../layout';

// Weights of a binary convolution in the order of the file: words [block of 32 filters][input], bit f of a word is
// filter f of the block.

/**
 * Transposes weights of 32 filters and `count` inputs, at most 32: bit i of word f becomes the weight of filter f and
 * input i.
 *
 * @param to memory of 32 words
 */
export function transpose(from: usize, count: u32, to: usize): void {
  for (let input: u32 = 0; input < 32; input++) {
    store<u32>(to + (input << 2), input < count ? load<u32>(from + (input << 2)) : 0);
  }
  // Exchanges the off-diagonal quarters of squares of 32, 16, 8, 4 and 2 bits a side.
  let mask: u32 = 0x0000ffff;
  for (let half: u32 = 16; half != 0; half >>>= 1, mask ^= mask << half) {
    for (let row: u32 = 0; row < 32; row = (row + half + 1) & ~half) {
      const upper = to + (row << 2);
      const lower = upper + (half << 2);
      const different = ((load<u32>(upper) >>> half) ^ load<u32>(lower)) & mask;
      store<u32>(lower, load<u32>(lower) ^ different);
      store<u32>(upper, load<u32>(upper) ^ (different << half));
    }
  }
}

/** Returns how many of a filter's weights are +1. */
export function onesOf(weights: usize, inputs: u32, filter: u32): u32 {
  const block = filter / BLOCK_FILTERS;
  const bit = filter % BLOCK_FILTERS;
  let ones: u32 = 0;
  let at = weights + ((block * inputs) << 2);
  for (const end = at + (inputs << 2); at < end; at += 4) ones += (load<u32>(at) >>> bit) & 1;
  return ones;
}
