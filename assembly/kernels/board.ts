// The functions that a board's firmware provides in machine code (firmware/core/imports.h). Only the `board`
// build of the engine imports them, from a module of this file's name: asconfig.json defines BOARD_KERNELS
// for it.
//
// Ranges that are only read, except images and addends, may lie in linear memory or, from IN_PLACE on, in the
// model where the board keeps it. This build reads weights through these functions alone, so the weights can
// stay there: place.ts.

/** Runs a whole op, as the struct at `call` describes it: LAYER_* in layout.ts. */
export declare function layer(call: usize): void;

/** Copies bytes to linear memory. @returns false if `to` is beyond its end */
export declare function copy(to: usize, from: usize, bytes: u32): bool;

/** Computes the CRC-32 of bytes, as crc32.ts does. */
export declare function checksum(from: usize, bytes: u32): u32;

/** Returns the OR of adjacent words. */
export declare function anyBits(from: usize, words: u32): u32;

/** Returns whether all of `count` adjacent i32 lie in `min`..`max`. */
export declare function inRange(from: usize, count: u32, min: i32, max: i32): bool;

/**
 * Returns the largest sum of magnitudes of `filters` rows of `count` i8; 0xffffffff stands for all larger
 * sums.
 */
export declare function largestMagnitude(weights: usize, count: u32, filters: u32): u32;
