/*
 * Convolutions with 3 x 3 int8 weights and stride 1, by Winograd's minimal filtering F(2x4, 3x3): 24 products for eight
 * pixels of the convolution instead of 72. All numbers are integers modulo 2^32: weights are scaled by 48, and the
 * sums are divided by it, exactly.
 */
#ifndef BD_EDGE_INT8_WINOGRAD_H
#define BD_EDGE_INT8_WINOGRAD_H
#include "layer.h"

/** Returns whether int8_winograd_row can make this layer, within its scratch memory. */
bool int8_winograd_can(const struct layer *layer);

/** Makes one row of the output; see layer_row. Without a pool, it makes two rows at once. */
SEPARATE bool int8_winograd_row(struct layer *layer, uint32_t y);

#endif
