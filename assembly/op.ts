import {
  BLOCK_FILTERS,
  MAX_ACCUMULATOR,
  OP_CUTS,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_OPCODE,
  OP_OUTPUT_CHANNELS,
  OP_OUTPUT_PLANES,
  OPCODE_BINARY_CONVOLUTION,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_SUM_POOL,
  TYPE_BITS,
  TYPE_INT16,
} from './layout';
import { channels, opRecord, pixelBytes, planes, type } from './tensor';

/** How many sums an op makes for each pixel. */
export function filtersOf(op: usize): u32 {
  const outputs: u32 = load<u16>(op + OP_OUTPUT_CHANNELS);
  const bothBitsInOnePlane = load<u8>(op + OP_CUTS) == 2 && load<u8>(op + OP_OUTPUT_PLANES) == 1;
  return bothBitsInOnePlane ? outputs >>> 1 : outputs;
}

/** Bytes of one window of a convolution, gathered in one row; 0 for a pool, which gathers nothing. */
export function windowBytes(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  if (opcode > <u32>OPCODE_BINARY_CONVOLUTION) return 0;
  const input: u32 = load<u16>(op + OP_INPUT);
  const taps = <u64>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  // An int8 convolution gathers bits as bytes.
  const gathersBits = opcode == OPCODE_INT8_CONVOLUTION && type(model, input) != TYPE_INT16;
  return taps * (gathersBits ? channels(model, input) : pixelBytes(model, input));
}

/** Where a scalar kernel puts the sums of a block of filters, from the start of its scratch memory: behind the window. */
export function sumsOffset(windowBytes: u64): u64 {
  return (windowBytes + 3) & ~3;
}

/** Bytes of scratch memory of an op on its scalar kernel. */
export function scalarScratchBytes(model: usize, index: u32): u64 {
  const bytes = windowBytes(model, index);
  return bytes == 0 ? 0 : sumsOffset(bytes) + (BLOCK_FILTERS << 2);
}

/** What no sum of an op passes, whatever its input; above 0 or below. */
export function mostSum(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  const input: u32 = load<u16>(op + OP_INPUT);
  const kind = type(model, input);
  const value: u64 = kind == TYPE_BITS ? 1 : kind == TYPE_INT16 ? 32768 : 255;
  const weight: u64 = opcode == OPCODE_INT8_CONVOLUTION ? 128 : 1;
  const taps = <u64>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  const row = taps * channels(model, input) * planes(model, input);
  const sum = (opcode == OPCODE_SUM_POOL ? row / filtersOf(op) : row) * value * weight;
  // Of what the weights could add up to, the format allows no more than this.
  return min(sum, <u64>MAX_ACCUMULATOR);
}
