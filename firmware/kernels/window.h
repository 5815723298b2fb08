/* The window of one output pixel, clipped to the image. */
#ifndef BD_EDGE_WINDOW_H
#define BD_EDGE_WINDOW_H
#include "layer.h"

struct window {
  int32_t top, left; /* the pixel under the first tap, which may be outside the image */
  uint32_t from_y, to_y, from_x, to_x; /* taps from .. to - 1 are inside, at least one */
};

struct window window_at(const struct layer *layer, uint32_t y, uint32_t x);

/** Returns the image's pixel under a tap that is inside. */
const uint8_t *window_pixel(const struct layer *layer, const struct window *window, uint32_t tap_y, uint32_t tap_x);

/** Copies a pixel of bits as bytes: 0 or 1; 0, 1 or 2 for two planes. */
void window_spread(const struct layer *layer, const uint8_t *pixel, uint8_t *to);

/** Copies the taps to `to`, consecutively; taps outside are 0. Bits become bytes. */
void window_gather(const struct layer *layer, const struct window *window, void *to);

#endif
