/* Sums of one window for each filter of a block, modulo 2^32. An op spends most of its time here. */
#ifndef BD_EDGE_SUMS_H
#define BD_EDGE_SUMS_H
#include "window.h"

/** Counts the bits set in the gathered window. */
uint32_t window_ones(const struct layer *layer);

/** For `count` filters from `first` on: twice the bits set both in their weights and in each plane of the
 * gathered window, minus `ones`. */
void sums_of_bits(const struct layer *layer, uint32_t ones, uint32_t first, uint32_t count, uint32_t *sums);

/** Multiplies their int8 weights with the values of the gathered window. */
void sums_of_products(const struct layer *layer, uint32_t first, uint32_t count, uint32_t *sums);

/** Sums the values of the window's pixels per channel; channels that are `filters` apart are summed together.
 * If the window is clipped, the inside is scaled up to make up for the rest. */
void sums_of_window(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count,
                    uint32_t *sums);

#endif
