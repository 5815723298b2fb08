import {
  BLOCK_FILTERS,
  MAX_ACCUMULATOR,
  MAX_U8,
  MIN_INT16,
  OP_INPUT,
  OP_KERNEL_HEIGHT,
  OP_KERNEL_WIDTH,
  OP_OPCODE,
  OP_OUTPUT_CHANNELS,
  OP_OUTPUT_PLANES,
  OP_OUTPUTS_PER_SUM,
  OPCODE_BINARY_CONVOLUTION,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_SUM_POOL,
  TYPE_BITS,
  TYPE_INT16,
  TYPE_U8,
} from './layout';
import { channels, opRecord, pixelBytes, planes, type } from './tensor';

/** Returns how many sums an op computes for each pixel. */
export function filtersOf(op: usize): u32 {
  const outputs: u32 = load<u16>(op + OP_OUTPUT_CHANNELS);
  const bothBitsInOnePlane = load<u8>(op + OP_OUTPUTS_PER_SUM) == 2 && load<u8>(op + OP_OUTPUT_PLANES) == 1;
  return bothBitsInOnePlane ? outputs >>> 1 : outputs;
}

/** Returns the bytes of a convolution's window, gathered in one row; 0 for a pool, which gathers nothing. */
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

/**
 * Returns where a scalar kernel stores the sums of a block of filters: behind the window in its scratch
 * memory.
 */
export function sumsOffset(windowBytes: u64): u64 {
  return (windowBytes + 3) & ~3;
}

/** Returns the bytes of scratch memory that an op needs on its scalar kernel. */
export function scalarScratchBytes(model: usize, index: u32): u64 {
  const bytes = windowBytes(model, index);
  return bytes == 0 ? 0 : sumsOffset(bytes) + (BLOCK_FILTERS << 2);
}

/** Returns the largest magnitude of a tensor's values; an int32 tensor is never read. */
export function maxMagnitude(type: u32): u64 {
  return type == TYPE_BITS ? 1 : type == TYPE_U8 ? MAX_U8 : -MIN_INT16;
}

/** Returns a bound of the magnitude of an op's sums, whatever its input. */
export function maxSum(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  const input: u32 = load<u16>(op + OP_INPUT);
  const weight: u64 = opcode == OPCODE_INT8_CONVOLUTION ? 128 : 1;
  const taps = <u64>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  const row = taps * channels(model, input) * planes(model, input);
  const sum =
    (opcode == OPCODE_SUM_POOL ? row / filtersOf(op) : row) * maxMagnitude(type(model, input)) * weight;
  // The format bounds what the weights may add up to.
  return min(sum, <u64>MAX_ACCUMULATOR);
}
