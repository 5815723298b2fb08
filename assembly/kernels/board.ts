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
