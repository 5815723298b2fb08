/* Fixed-point numbers of sums: (sum * multiplier + offset) >> shift. */
#ifndef BD_EDGE_SCALE_H
#define BD_EDGE_SCALE_H
#include "layer.h"

/** What bounds of an op's sums and parameters allow. */
enum scale_arithmetic {
  SCALE_WIDE,    /* nothing: products and results have 64 bits */
  SCALE_RESULTS, /* results of 31 bits */
  SCALE_PRODUCTS /* results of 31 bits, and products of sums with the halves of multipliers in 32 bits */
};

/** Returns the fastest arithmetic for an op's fixed-point numbers, where no sum has a larger magnitude than `bound`. */
enum scale_arithmetic scale_choose(const struct layer *layer, uint64_t bound);

/** Replaces the sums of `count` filters from the op's fixed-point number `number` on by the results. Results beyond
 * 31 bits, which no addend brings back to 16, are replaced by others beyond 30. */
void scale_sums(const struct layer *layer, uint32_t number, uint32_t count, uint32_t *sums);

#endif
