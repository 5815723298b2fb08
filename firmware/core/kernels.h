/* The engine's inner loops in the board's own code, for the `board` build of the engine, which imports them. */
#ifndef BD_EDGE_KERNELS_H
#define BD_EDGE_KERNELS_H
#include <stdint.h>

/** For each of `filters` rows of `words` words, one behind the other: how many bits are set both in it and in the
 * window, whose `planes` planes of as many words follow one another. `sums` does not overlap the others. */
void binary_sums(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes, uint32_t filters,
                 uint32_t *sums);

/** For each of `filters` rows of `count` weights: the sum of their products with the window's values, modulo 2^32. */
void int8_sums(const uint8_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums);

#endif
