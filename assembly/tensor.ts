import {
  HEADER_INPUT_CHANNELS,
  HEADER_INPUT_HEIGHT,
  HEADER_INPUT_OFFSET,
  HEADER_INPUT_WIDTH,
  HEADER_SECTIONS,
  OP_BYTES,
  OP_OUTPUT_CHANNELS,
  OP_OUTPUT_HEIGHT,
  OP_OUTPUT_OFFSET,
  OP_OUTPUT_PLANES,
  OP_OUTPUT_TYPE,
  OP_OUTPUT_WIDTH,
  TYPE_BITS,
  TYPE_INT16,
  TYPE_INT32,
  TYPE_U8,
  WORD_BYTES,
} from './layout';

/** Returns the address of the record of op `index`. */
export function opRecord(model: usize, index: u32): usize {
  return model + load<u32>(model + HEADER_SECTIONS) + index * OP_BYTES;
}

// A tensor is identified by a number: 0 is the image, k the output of op k - 1.

export function height(model: usize, tensor: u32): u32 {
  return tensor == 0
    ? load<u16>(model + HEADER_INPUT_HEIGHT)
    : load<u16>(opRecord(model, tensor - 1) + OP_OUTPUT_HEIGHT);
}

export function width(model: usize, tensor: u32): u32 {
  return tensor == 0
    ? load<u16>(model + HEADER_INPUT_WIDTH)
    : load<u16>(opRecord(model, tensor - 1) + OP_OUTPUT_WIDTH);
}

export function channels(model: usize, tensor: u32): u32 {
  return tensor == 0
    ? load<u16>(model + HEADER_INPUT_CHANNELS)
    : load<u16>(opRecord(model, tensor - 1) + OP_OUTPUT_CHANNELS);
}

export function planes(model: usize, tensor: u32): u32 {
  return tensor == 0 ? 1 : load<u8>(opRecord(model, tensor - 1) + OP_OUTPUT_PLANES);
}

export function type(model: usize, tensor: u32): u32 {
  return tensor == 0 ? TYPE_U8 : load<u8>(opRecord(model, tensor - 1) + OP_OUTPUT_TYPE);
}

/** Returns the bytes from the start of the arena to the tensor. */
export function offset(model: usize, tensor: u32): u32 {
  return tensor == 0
    ? load<u32>(model + HEADER_INPUT_OFFSET)
    : load<u32>(opRecord(model, tensor - 1) + OP_OUTPUT_OFFSET);
}

/** Returns how many words of 32 bits hold `bits` bits. */
export function wordsFor(bits: u32): u32 {
  return (bits + 31) >>> 5;
}

/** Returns the bytes of one pixel: all channels of all planes. */
export function pixelBytes(model: usize, tensor: u32): u32 {
  const count = channels(model, tensor);
  const kind = type(model, tensor);
  if (kind == TYPE_BITS) return planes(model, tensor) * wordsFor(count) * WORD_BYTES;
  return kind == TYPE_INT32 ? count * 4 : kind == TYPE_INT16 ? count * 2 : count;
}

export function tensorBytes(model: usize, tensor: u32): u64 {
  return <u64>height(model, tensor) * width(model, tensor) * pixelBytes(model, tensor);
}
