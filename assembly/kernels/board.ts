// Kernels that a board's firmware has in its own machine code (firmware/core/kernels.h). The `board` build of the engine
// imports them, from a module of this file's name, and no other build does: asconfig.json defines BOARD_KERNELS there.

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
