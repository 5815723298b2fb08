/* Where most inputs have the same value, the kernel lists the others:
 *
 *     sum of weights of inputs = value * sum of all weights + sum of weights of differences to the value
 *
 * So no layer with one plane has more entries than half of its inputs, and none with two planes more than two thirds. */
#ifndef BD_EDGE_BINARY_COMPLEMENT_H
#define BD_EDGE_BINARY_COMPLEMENT_H
#include "binary-lists.h"

/** Returns what lists have the fewest entries, in a sample of the pixels. */
enum binary_listed binary_complement_choose(const struct layer *layer);

/** Makes the planes that counters begin with, so that complement_end() finds factor * total + more - what is counted.
 *
 * @param width the planes that hold all results
 * @param total `planes_of_total` planes of the sum of all weights
 * @param doubled 1: the factor is 2
 */
void binary_complement_begin(uint32_t *planes, uint32_t width, const uint32_t *total, uint32_t planes_of_total,
                             uint32_t doubled, uint32_t more);

/** Turns planes of counters to the result, to which more can be counted. */
void binary_complement_end(uint32_t *planes, uint32_t width);

#endif
