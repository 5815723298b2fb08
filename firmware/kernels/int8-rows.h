/* The rows of an image that some rows of a convolution read, as 16-bit numbers with their padding. */
#ifndef BD_EDGE_INT8_ROWS_H
#define BD_EDGE_INT8_ROWS_H
#include "layer.h"

struct int8_rows {
  int16_t *values;    /* [count][pitch], from the column under the first tap of the first window on */
  uint32_t pitch;     /* values of a row, an even number */
  uint32_t count;
};

/** Plans `count` rows with `columns` columns of the image, padding included. Returns their words, or the bytes of the
 * layer's scratch memory if they do not fit into it. */
size_t int8_rows_plan(const struct layer *layer, uint32_t columns, uint32_t count, struct int8_rows *rows);

/** Fills rows from the one under the first tap of the convolution's row `y` on. Numbers outside of the image are 0.
 * Bits become 0 or 1; 0, 1 or 2 for two planes. */
void int8_rows_fill(const struct layer *layer, const struct int8_rows *rows, uint32_t y);

#endif
