import { BLOCK_FILTERS } from '../../layout';

// Weights of a binary convolution in the order of the file: words [block of 32 filters][input], bit f of a word is
// filter f of the block.

/** Returns how many of a filter's weights are +1. */
export function onesOf(weights: usize, inputs: u32, filter: u32): u32 {
  const block = filter / BLOCK_FILTERS;
  const bit = filter % BLOCK_FILTERS;
  let ones: u32 = 0;
  let at = weights + ((block * inputs) << 2);
  for (const end = at + (inputs << 2); at < end; at += 4) ones += (load<u32>(at) >>> bit) & 1;
  return ones;
}
