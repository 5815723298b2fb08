/* Convolutions of bits with weights +1 and -1. */
#ifndef BD_EDGE_BINARY_CONVOLUTION_H
#define BD_EDGE_BINARY_CONVOLUTION_H
#include "layer.h"

/** Makes one row of the output; see layer_row. */
SEPARATE bool binary_convolution_row(struct layer *layer, uint32_t y);

#endif
