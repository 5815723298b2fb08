/* What becomes of an op's sums: bits, fixed-point numbers or logits. */
#ifndef BD_EDGE_PUT_H
#define BD_EDGE_PUT_H
#include "layer.h"

/** Sets the bits of an output pixel, counted row by row, to 0. */
void put_open(const struct layer *layer, size_t pixel);

/** Takes the sums of `count` filters from `first` on, a multiple of BLOCK_FILTERS, at an open pixel. */
void put_sums(const struct layer *layer, size_t pixel, uint32_t first, uint32_t count, const uint32_t *sums);

#endif
