/* Runs a layer, pixel by pixel: a window, its sums, what becomes of them. */
#ifndef BD_EDGE_LAYER_PIXEL_H
#define BD_EDGE_LAYER_PIXEL_H
#include "layer.h"

/** Makes an output pixel of an open layer. Sums are modulo 2^32. */
void layer_pixel(const struct layer *layer, uint32_t y, uint32_t x);

#endif
