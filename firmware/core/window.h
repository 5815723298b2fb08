/* The window of one output pixel, clipped to the image. */
#ifndef BD_EDGE_WINDOW_H
#define BD_EDGE_WINDOW_H
#include "layer.h"

struct window {
  int32_t top, left; /* the pixel under its first tap, which may lie outside */
  uint32_t from_y, to_y, from_x, to_x; /* taps from .. to - 1 lie inside; none where from_y = to_y */
};

struct window window_at(const struct layer *layer, uint32_t y, uint32_t x);

/** The image's pixel under a tap that lies inside. */
const uint8_t *window_pixel(const struct layer *layer, const struct window *window, uint32_t tap_y, uint32_t tap_x);

/** Copies its taps to `layer->window`, one behind the other, plane by plane; 0 for those outside. Of bits that meet int8
 * weights it makes bytes: 0 or 1; 0, 1 or 2 of two planes. */
void window_gather(const struct layer *layer, const struct window *window);

#endif
