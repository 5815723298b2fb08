/* Max-pools. */
#ifndef BD_EDGE_MAX_POOL_H
#define BD_EDGE_MAX_POOL_H
#include "layer.h"

/** Makes one row of the output; see layer_row. The largest value of each window for each channel. For bits it
 * is their OR; for channels whose bit is set in the op's parameters it is their AND, since their threshold is
 * inverted. */
SEPARATE bool max_pool_row(struct layer *layer, uint32_t y);

#endif
