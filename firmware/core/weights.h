/* What an engine has to know of weights that it does not see, to validate them. */
#ifndef BD_EDGE_WEIGHTS_H
#define BD_EDGE_WEIGHTS_H
#include <stdint.h>

/** The last words of `rows` rows of `words` words (at least 1), one behind the other, ORed. */
uint32_t last_words(const uint32_t *from, uint32_t rows, uint32_t words);

/** Of `filters` rows of `count` weights, the largest sum of magnitudes; UINT32_MAX for all that are larger. */
uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters);

#endif
