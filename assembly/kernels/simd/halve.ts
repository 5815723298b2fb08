import {
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_PADDING_LEFT,
  OP_PADDING_TOP,
  OP_PARAMETERS,
  OP_STRIDE_X,
  OP_STRIDE_Y,
} from '../../layout';
import { height, offset, opRecord, pixelBytes, width } from '../../tensor';

// Max-pool of bits 2x2 with stride 2, every window inside of the input: like the scalar kernel, without its
// loops over taps.

/** Checks whether op `index`, a max-pool, has such windows. */
export function isHalving(model: usize, index: u32): bool {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  return (
    load<u8>(op + OP_KERNEL_HEIGHT) == 2 &&
    load<u8>(op + OP_KERNEL_WIDTH) == 2 &&
    load<u8>(op + OP_STRIDE_Y) == 2 &&
    load<u8>(op + OP_STRIDE_X) == 2 &&
    load<u8>(op + OP_PADDING_TOP) == 0 &&
    load<u8>(op + OP_PADDING_LEFT) == 0 &&
    height(model, index + 1) * 2 <= height(model, input) &&
    width(model, index + 1) * 2 <= width(model, input)
  );
}

export function halve(model: usize, arena: usize, index: u32): void {
  const op = opRecord(model, index);
  const input: u32 = load<u16>(op + OP_INPUT);
  const mask = model + load<u32>(op + OP_PARAMETERS);
  const bytes = pixelBytes(model, input);
  const rowBytes = width(model, input) * bytes;
  const outputRowBytes = width(model, index + 1) * bytes;
  let from = arena + offset(model, input);
  let to = arena + offset(model, index + 1);
  for (let y = height(model, index + 1); y > 0; y--, from += 2 * rowBytes) {
    let at = from;
    for (const end = to + outputRowBytes; to < end; at += bytes) {
      for (let word: u32 = 0; word < bytes; word += 4, at += 4, to += 4) {
        const a = load<u32>(at);
        const b = load<u32>(at + bytes);
        const c = load<u32>(at + rowBytes);
        const d = load<u32>(at + rowBytes + bytes);
        const andMask = load<u32>(mask + word);
        store<u32>(to, ((a | b | c | d) & ~andMask) | (a & b & c & d & andMask));
      }
    }
  }
}
