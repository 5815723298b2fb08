/* Converts an op's sums to its output: bits, fixed-point numbers or logits. */
#ifndef BD_EDGE_PUT_H
#define BD_EDGE_PUT_H
#include "layer.h"

/** Sets the bits of an output pixel, counted row by row, to 0. */
void put_open(const struct layer *layer, size_t pixel);

/** Writes the outputs of `count` sums from filter `first` on, a multiple of BLOCK_FILTERS, to an open pixel. */
void put_sums(const struct layer *layer, size_t pixel, uint32_t first, uint32_t count, const uint32_t *sums);

#endif
