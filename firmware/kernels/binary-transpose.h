/* Turns the planes of a block to the sums of its filters. */
#ifndef BD_EDGE_BINARY_TRANSPOSE_H
#define BD_EDGE_BINARY_TRANSPOSE_H
#include <stdint.h>

/** Transposes 16 words of 32 bits: of the result, bit k of the lower half of word f is bit f of plane k, and bit k of
 * the upper half of word f is bit f + 16 of plane k. */
void binary_transpose(uint32_t *planes);

#endif
