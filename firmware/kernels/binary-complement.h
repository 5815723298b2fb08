/* Where most inputs have the largest value, the kernel lists what is missing to it instead of the inputs:
 *
 *     sum of weights of inputs = largest value * sum of all weights - sum of weights of what is missing
 *
 * So no layer has more entries than half of its inputs, unless most of two planes have the value 1. */
#ifndef BD_EDGE_BINARY_COMPLEMENT_H
#define BD_EDGE_BINARY_COMPLEMENT_H
#include "layer.h"

/** Returns whether enough inputs have the largest value, in a sample of the pixels. */
bool binary_complement_pays(const struct layer *layer);

/** Makes the planes that counters begin with, so that complement_end() finds factor * total + more - what is counted.
 *
 * @param width the planes that hold all results
 * @param total `planes_of_total` planes of the sum of all weights
 * @param doubled 1: the factor is 2
 */
void binary_complement_begin(uint32_t *planes, uint32_t width, const uint32_t *total, uint32_t planes_of_total,
                             uint32_t doubled, uint32_t more);

/** Turns planes of counters to the result. */
void binary_complement_end(uint32_t *planes, uint32_t width);

#endif
