/* Runs a layer, row by row. */
#ifndef BD_EDGE_LAYER_ROW_H
#define BD_EDGE_LAYER_ROW_H
#include "layer.h"

/** Makes one row of the output, behind the op's max-pool. Rows are made in order, from 0. Returns false if
 * kernel_may_continue() did. Sums are modulo 2^32. */
bool layer_row(struct layer *layer, uint32_t y);

#endif
