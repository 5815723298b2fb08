/* The engine's inner loops in the board's own code, for the `board` build of the engine, which imports them. */
#ifndef BD_EDGE_KERNELS_H
#define BD_EDGE_KERNELS_H
#include <stdint.h>

/** For each of `filters` rows of `words` words, one behind the other: how many bits are set both in it and in the
 * window, whose `planes` planes of as many words follow one another. `sums` does not overlap the others. */
void binary_sums(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes, uint32_t filters,
                 uint32_t *sums);

/** For each of `filters` rows of `count` weights: the sum of their products with the window's values, modulo 2^32. */
void int8_sums(const uint8_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums);

/** What turns sums into bits: docs/format.md. */
struct thresholds {
  uint32_t filters;
  uint32_t cuts;         /* 1 or 2 bits a sum */
  uint32_t cut_stride;   /* bits between those of the first and of the second cut */
  const int32_t *least;  /* [cuts][filters]: the sums from which on a bit is 1 */
  const uint32_t *below; /* [cuts][words]: the bits that are turned round */
};

/** As binary_sums(), for `thresholds->filters` rows, with each sum as 2 x bits - those set in the window; sets bits at
 * `pixel`, where all are 0. */
void binary_bits(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes,
                 const struct thresholds *thresholds, uint32_t *pixel);

/** As int8_sums(), for `thresholds->filters` rows; sets bits at `pixel`, where all are 0. */
void int8_bits(const uint8_t *window, const int8_t *weights, uint32_t count, const struct thresholds *thresholds,
               uint32_t *pixel);

#endif
