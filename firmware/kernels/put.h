/* Converts an op's sums to its output: bits, fixed-point numbers or logits. */
#ifndef BD_EDGE_PUT_H
#define BD_EDGE_PUT_H
#include "layer.h"

/** Chooses the arithmetic for fixed-point numbers, where no sum has a larger magnitude than `bound`. A kernel calls
 * it before a row's first sums; without it, numbers are computed with 64 bits. */
void put_prepare(struct layer *layer, uint64_t bound);

/** Sets the bits of a pixel to 0. */
void put_open(const struct layer *layer, uint8_t *to);

/** Writes the outputs of `count` sums from filter `first` on, a multiple of BLOCK_FILTERS, to an open pixel.
 * `addend` are the numbers to be added at this pixel, or NULL; they may be at `to`. The sums are overwritten. */
void put_sums(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t count,
              uint32_t *sums);

/** Writes the outputs of adjacent pixels from (y, x) on, which are opened before their first block: [pixels][BLOCK_FILTERS]
 * sums of `count` filters. */
void put_pixels(const struct layer *layer, uint32_t y, uint32_t x, uint32_t pixels, uint32_t first, uint32_t count,
                uint32_t *sums);

/** Writes the results of comparisons of a block's sums with their thresholds, one bit for each filter from `first` on, to
 * output number `output` of an open pixel. Bits beyond the last filter are ignored. */
void put_bits(const struct layer *layer, uint8_t *to, uint32_t first, uint32_t output, uint32_t bits);

/** Makes one row of the output of a convolution or sum-pool, also with a max-pool, from a function that makes one
 * pixel of the convolution at `to`. */
bool put_row(const struct layer *layer, uint32_t y,
             void (*make)(void *context, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend), void *context);

/** Keeps the larger of two pixels, value by value, at `to`. */
void put_larger(const struct layer *layer, uint8_t *to, const uint8_t *pixel);

/** Returns whether the largest value of each filter's pool comes from its largest or smallest sum. Bits of `smallest`, a
 * word for each block, are set for filters that need the smallest. */
bool put_from_one_sum(const struct layer *layer, uint32_t *smallest);

#endif
