// Kernels that a board's firmware has in its own machine code (firmware/core/kernels.h). The `board` build of the engine
// imports them, from a module of this file's name, and no other build does: asconfig.json defines BOARD_KERNELS there.

/** Sums that are asked for at a time: as many as there is room for below ENGINE_STATIC_BYTES. */
export const BOARD_SUMS: u32 = 8;

/** Where they are put; a function, since other builds have no such place. */
export function boardSums(): usize {
  return memory.data(4 * 8, 4);
}

/**
 * For each of `filters` rows of `words` words, one behind the other: how many bits are set both in it and in the
 * window, whose `planes` planes of as many words follow one another; an i32 each, from `sums` on.
 */
export declare function binarySums(
  window: usize,
  weights: usize,
  words: u32,
  planes: u32,
  filters: u32,
  sums: usize,
): void;

/** For each of `filters` rows of `count` i8: the sum of its products with the window's u8; an i32 each. */
export declare function int8Sums(window: usize, weights: usize, count: u32, filters: u32, sums: usize): void;

/**
 * The same, and what becomes of the sums, 2 x bits - ones (the bits set in the window): bits at `pixel`, which are 0
 * before. `parameters` are as the model has them: [cuts][filters] thresholds, then [cuts][words] bits that turn a
 * comparison round. The bits of the second cut come `cutStride` bits after those of the first.
 */
export declare function binaryBits(
  window: usize,
  weights: usize,
  words: u32,
  planes: u32,
  filters: u32,
  parameters: usize,
  cuts: u32,
  cutStride: u32,
  pixel: usize,
): void;

/** As `int8Sums` and `binaryBits`. */
export declare function int8Bits(
  window: usize,
  weights: usize,
  count: u32,
  filters: u32,
  parameters: usize,
  cuts: u32,
  cutStride: u32,
  pixel: usize,
): void;
