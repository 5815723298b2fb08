/* Max-pools. */
#ifndef BD_EDGE_MAXIMA_H
#define BD_EDGE_MAXIMA_H
#include "window.h"

/** Computes the maximum of a window for each channel. For bits it is their OR; for channels whose bit is set
 * in the op's parameters it is their AND, since their threshold is inverted. */
void put_maxima(const struct layer *layer, const struct window *window, uint8_t *to);

#endif
