/* Thresholds of int16 numbers, for sum-pools of single pixels: bits of a stream. */
#ifndef BD_EDGE_STREAM_THRESHOLDS_H
#define BD_EDGE_STREAM_THRESHOLDS_H
#include "layer.h"

/** Returns whether stream_thresholds_row can make this layer, within its scratch memory. */
bool stream_thresholds_can(const struct layer *layer);

/** Makes one row of the output; see layer_row. It keeps a table of thresholds in scratch memory. */
bool stream_thresholds_row(struct layer *layer, uint32_t y);

#endif
