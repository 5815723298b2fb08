import { OP_INPUT } from '../../../layout';
import { channels, height, offset, opRecord, planes, width, wordsFor } from '../../../tensor';

/** Returns how many inputs of op `index`, a binary convolution, are not 0. */
export function setInputs(model: usize, arena: usize, index: u32): u32 {
  const input: u32 = load<u16>(opRecord(model, index) + OP_INPUT);
  const words = wordsFor(channels(model, input));
  const pixels = height(model, input) * width(model, input);
  let at = arena + offset(model, input);
  let count: u32 = 0;
  if (planes(model, input) == 1) {
    for (const end = at + ((pixels * words) << 2); at < end; at += 4) count += popcnt(load<u32>(at));
    return count;
  }
  const bytes = words << 2;
  for (let pixel: u32 = 0; pixel < pixels; pixel++, at += bytes) {
    for (const end = at + bytes; at < end; at += 4) count += popcnt(load<u32>(at) | load<u32>(at + bytes));
  }
  return count;
}
