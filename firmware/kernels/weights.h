/* Properties of weights that the engine does not see, for its validation. */
#ifndef BD_EDGE_WEIGHTS_H
#define BD_EDGE_WEIGHTS_H
#include <stdint.h>

/** Returns the OR of consecutive words. */
uint32_t any_bits(const uint32_t *from, uint32_t words);

/** Returns the largest sum of magnitudes of `filters` rows of `count` weights; UINT32_MAX if it is larger. */
uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters);

#endif
