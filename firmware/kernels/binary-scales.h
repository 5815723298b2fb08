/* Turns the sums of a binary convolution to fixed-point numbers: (sum * multiplier + offset) >> shift. */
#ifndef BD_EDGE_BINARY_SCALES_H
#define BD_EDGE_BINARY_SCALES_H
#include "layer.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
/** The multiplier, and the offset for a shift of at least 32: of the result, only the upper word is shifted. For smaller
 * shifts, sums are shifted to the left before the product. */
struct binary_scale {
  int32_t multiplier;
  uint32_t offset_low;
  int32_t offset_high;
};
#else
/** Halves of a multiplier and of an offset. A sum has 16 bits, so its products with them have 32:
 * (sum * high + ((sum * low + offset_low) >> 16) + offset_high) >> (shift - 16). */
struct binary_scale {
  int32_t high, low, offset_low, offset_high;
};
#endif

/** Returns the number of scales: [outputs per sum][blocks][16][2], those of filter f and f + 16 of a block are
 * neighbors. */
static inline uint32_t binary_scale_count(const struct layer *layer) {
  return layer->op.outputs_per_sum * words_for(layer->filters) * BLOCK_FILTERS;
}

/** Writes the scales of a layer whose sums lie in -bound .. bound. Returns false if they cannot be
 * computed so. */
bool binary_scales_make(const struct layer *layer, uint32_t bound, struct binary_scale *to);

/** Does what put_sums does, for a block.
 *
 * @param counters the result of binary_transpose
 * @param activations their sum in the window: a sum is 2 * counter - activations
 */
void binary_scales_put(const struct layer *layer, const struct binary_scale *scales, uint8_t *to, const int16_t *addend,
                       uint32_t first, const uint32_t *counters, uint32_t activations);

#endif
