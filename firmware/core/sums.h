/* Sums of one window with each filter of a block: what an op spends its time on. Modulo 2^32. */
#ifndef BD_EDGE_SUMS_H
#define BD_EDGE_SUMS_H
#include "window.h"

/** Bits set in the window that was gathered. */
uint32_t window_ones(const struct layer *layer);

/** Of `count` filters from `first` on: twice the bits set both in their weights and in each plane of the window that was
 * gathered, less `ones`. */
void sums_of_bits(const struct layer *layer, uint32_t ones, uint32_t first, uint32_t count, uint32_t *sums);

/** Their int8 weights times the values of the window that was gathered. */
void sums_of_products(const struct layer *layer, uint32_t first, uint32_t count, uint32_t *sums);

/** The values of the window's pixels, channel by channel; of channels `filters` apart together. Where a window is not
 * whole, what is inside counts as often as makes up for the rest. */
void sums_of_window(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count,
                    uint32_t *sums);

#endif
