/* Max-pools. */
#ifndef BD_EDGE_MAXIMA_H
#define BD_EDGE_MAXIMA_H
#include "window.h"

/** The largest value of a window, channel by channel. Of bits it is their OR; of those set in the mask, the op's
 * parameters, their AND: they come of thresholds that turn a comparison round. */
void put_maxima(const struct layer *layer, const struct window *window, uint8_t *to);

#endif
