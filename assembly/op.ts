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
  OP_POOL_HEIGHT,
  OP_POOL_WIDTH,
  OPCODE_BINARY_CONVOLUTION,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_SUM_POOL,
  TYPE_BITS,
  TYPE_INT16,
  TYPE_U8,
} from './layout';
import { channels, height, opRecord, pixelBytes, planes, type, width } from './tensor';

/** Returns how many sums an op computes for each pixel. */
export function filtersOf(op: usize): u32 {
  const outputs: u32 = load<u16>(op + OP_OUTPUT_CHANNELS);
  const bothBitsInOnePlane = load<u8>(op + OP_OUTPUTS_PER_SUM) == 2 && load<u8>(op + OP_OUTPUT_PLANES) == 1;
  return bothBitsInOnePlane ? outputs >>> 1 : outputs;
}

/** Returns whether a max-pool follows the op's convolution. */
export function hasPool(op: usize): bool {
  return <u32>load<u8>(op + OP_POOL_HEIGHT) * load<u8>(op + OP_POOL_WIDTH) > 1;
}

/** Returns the rows that an op computes, before its pool. */
export function computedHeight(model: usize, index: u32): u32 {
  return height(model, index + 1) * load<u8>(opRecord(model, index) + OP_POOL_HEIGHT);
}

/** Returns the columns that an op computes, before its pool. */
export function computedWidth(model: usize, index: u32): u32 {
  return width(model, index + 1) * load<u8>(opRecord(model, index) + OP_POOL_WIDTH);
}

/** Returns the inputs of each filter of a convolution: the taps, with all channels of one plane. */
export function inputsOf(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const taps = <u64>load<u8>(op + OP_KERNEL_HEIGHT) * load<u8>(op + OP_KERNEL_WIDTH);
  return taps * channels(model, load<u16>(op + OP_INPUT));
}

/** The bytes of the sums of a block of filters. */
export const BLOCK_SUMS_BYTES: u32 = BLOCK_FILTERS << 2;

/**
 * Returns the least bytes of scratch memory with which a board's kernels can run an op: for a convolution a byte for
 * each input of a filter and plane, or two if it is a stream, the sums of a block of filters and, with a pool, a pixel
 * of the output. `layer_scratch_bytes` of firmware/kernels/layer.h is the same formula.
 */
export function boardScratchBytes(model: usize, index: u32): u64 {
  const op = opRecord(model, index);
  const opcode: u32 = load<u8>(op + OP_OPCODE);
  if (opcode > <u32>OPCODE_BINARY_CONVOLUTION) return 0;
  const input: u32 = load<u16>(op + OP_INPUT);
  const bytes: u32 =
    opcode == OPCODE_BINARY_CONVOLUTION ? planes(model, input) : type(model, input) == TYPE_INT16 ? 2 : 1;
  const pixel = hasPool(op) ? wholeWords(pixelBytes(model, index + 1)) : 0;
  return wholeWords(inputsOf(model, index) * bytes) + BLOCK_SUMS_BYTES + pixel;
}

/** Rounds bytes up to words. */
export function wholeWords(bytes: u64): u64 {
  return (bytes + 3) & ~3;
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
