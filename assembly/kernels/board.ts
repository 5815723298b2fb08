// What a board's firmware has in its own machine code (firmware/core/imports.h). The `board` build of the engine
// imports it, from a module of this file's name, and no other build does: asconfig.json defines BOARD_KERNELS there.
//
// What is only read (windows and images excepted) may lie in linear memory, or from IN_PLACE on in the model where the
// board keeps it. This build reads weights by these functions alone, so they can stay there: place.ts.

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

/** As `int8Sums`, of a window of i16. */
export declare function int16Sums(window: usize, weights: usize, count: u32, filters: u32, sums: usize): void;

/**
 * A whole row of output pixels: for each, gathers the window in `scratch`, as `binaryConvolution` does, takes
 * 2 x `binarySums` - the bits set in it, and sets bits accordingly.
 *
 * `image` has `height` x `width` pixels of `planes` times `tapBytes` bytes; the first window's first tap is at (top,
 * left), which may lie outside, and each next one `stride` pixels further on. `parameters` are as the model has them:
 * [cuts][filters] thresholds, then [cuts][words] bits that turn a comparison round. The bits of the second cut come
 * `cutStride` bits after those of the first. The row is at `output`: `pixels` of `pixelBytes` bytes.
 */
export declare function binaryRow(
  image: usize,
  height: u32,
  width: u32,
  planes: u32,
  tapBytes: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  top: i32,
  left: i32,
  weights: usize,
  filters: u32,
  parameters: usize,
  cuts: u32,
  cutStride: u32,
  output: usize,
  pixels: u32,
  pixelBytes: u32,
  scratch: usize,
): void;

/** As `binaryRow`, of u8 with i8 weights: `int8Sums`. There is one plane. */
export declare function int8Row(
  image: usize,
  height: u32,
  width: u32,
  planes: u32,
  tapBytes: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  stride: u32,
  top: i32,
  left: i32,
  weights: usize,
  filters: u32,
  parameters: usize,
  cuts: u32,
  cutStride: u32,
  output: usize,
  pixels: u32,
  pixelBytes: u32,
  scratch: usize,
): void;

/** Copies bytes to linear memory. @returns whether it reaches so far */
export declare function copy(to: usize, from: usize, bytes: u32): bool;

/** CRC-32 of bytes, as crc32.ts has it. */
export declare function checksum(from: usize, bytes: u32): u32;

/** The last words of `rows` rows of `words` words, one behind the other, ORed. */
export declare function lastWords(from: usize, rows: u32, words: u32): u32;

/** Of `filters` rows of `count` i8, the largest sum of magnitudes; 0xffffffff for all that are larger. */
export declare function largestMagnitude(weights: usize, count: u32, filters: u32): u32;
