/* Convolutions of bytes, 16-bit numbers or bits with int8 weights. */
#ifndef BD_EDGE_INT8_CONVOLUTION_H
#define BD_EDGE_INT8_CONVOLUTION_H
#include "layer.h"

/** Makes one row of the output; see layer_row. */
SEPARATE bool int8_convolution_row(struct layer *layer, uint32_t y);

#endif
