/* Convolutions with int8 weights for four pixels at once, so that each weight is loaded for four products. */
#ifndef BD_EDGE_INT8_QUADS_H
#define BD_EDGE_INT8_QUADS_H
#include "layer.h"

/** Returns whether int8_quads_row can make this layer, within its scratch memory. */
bool int8_quads_can(const struct layer *layer);

/** Makes one row of the output; see layer_row. */
SEPARATE bool int8_quads_row(struct layer *layer, uint32_t y);

#endif
