/* Sums of windows, channel by channel: averages, or with 1 x 1 windows functions of single numbers. */
#ifndef BD_EDGE_SUM_POOL_H
#define BD_EDGE_SUM_POOL_H
#include "layer.h"

/** Makes one row of the output; see layer_row. Channels that are `filters` apart are summed together. If a window
 * is clipped, the inside is scaled up to make up for the rest. */
SEPARATE bool sum_pool_row(struct layer *layer, uint32_t y);

#endif
