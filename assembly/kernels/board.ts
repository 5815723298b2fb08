// What a board's firmware has in its own machine code (firmware/core/imports.h). The `board` build of the engine
// imports it, from a module of this file's name, and no other build does: asconfig.json defines BOARD_KERNELS there.
//
// What is only read (images and addends excepted) may lie in linear memory, or from IN_PLACE on in the model where the
// board keeps it. This build reads weights by these functions alone, so they can stay there: place.ts.

/**
 * A whole op, as its record says (docs/format.md): `filters` sums a pixel, those that `filtersOf` counts. `addend` counts
 * where `addendChannels` is not 0. `window` is scratch memory for a convolution to gather its window in.
 */
export declare function layer(
  opcode: u32,
  image: usize,
  type: u32,
  height: u32,
  width: u32,
  channels: u32,
  planes: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  strideY: u32,
  strideX: u32,
  paddingTop: u32,
  paddingLeft: u32,
  weights: usize,
  filters: u32,
  output: usize,
  outputType: u32,
  outputHeight: u32,
  outputWidth: u32,
  outputPlanes: u32,
  cuts: u32,
  parameters: usize,
  shift: u32,
  addend: usize,
  addendChannels: u32,
  window: usize,
): void;

/** Copies bytes to linear memory. @returns whether it reaches so far */
export declare function copy(to: usize, from: usize, bytes: u32): bool;

/** CRC-32 of bytes, as crc32.ts has it. */
export declare function checksum(from: usize, bytes: u32): u32;

/** The last words of `rows` rows of `words` words, one behind the other, ORed. */
export declare function lastWords(from: usize, rows: u32, words: u32): u32;

/** Of `filters` rows of `count` i8, the largest sum of magnitudes; 0xffffffff for all that are larger. */
export declare function largestMagnitude(weights: usize, count: u32, filters: u32): u32;
