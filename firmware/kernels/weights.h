/* Properties of weights and parameters that the engine does not see, for its validation. */
#ifndef BD_EDGE_WEIGHTS_H
#define BD_EDGE_WEIGHTS_H
#include <stdbool.h>
#include <stdint.h>

/** Returns the OR of consecutive words. */
uint32_t any_bits(const uint32_t *from, uint32_t words);

/** Returns whether all numbers are at least `min` and at most `max`. */
bool in_range(const int32_t *from, uint32_t count, int32_t min, int32_t max);

/** Returns the largest sum of magnitudes of `filters` rows of `count` weights; UINT32_MAX if it is larger. */
uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters);

#endif
