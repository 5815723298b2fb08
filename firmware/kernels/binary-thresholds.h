/* Compares the sums of a block with their thresholds, bit by bit for all of its filters at once. */
#ifndef BD_EDGE_BINARY_THRESHOLDS_H
#define BD_EDGE_BINARY_THRESHOLDS_H
#include "layer.h"

/* A sum is 2 * counter - activations, and lies in -bound .. bound. With sum + bound, no number is negative:
 * 2 * (counter + (bound - activations) / 2) + the lowest bit of (bound - activations). So counters begin with that half,
 * and only the comparison is left. */

/** Returns the planes of a threshold for sums up to `bound`, at most 2^30. */
uint32_t binary_threshold_planes(uint32_t bound);

/** Writes words [blocks][outputs per sum][planes]: the inverted bits of the thresholds. */
void binary_thresholds_make(const struct layer *layer, uint32_t bound, uint32_t *to);

/** Returns the bits of sum >= threshold.
 *
 * @param lowest the plane of the lowest bit
 * @param counters the other planes, `planes` - 1
 * @param thresholds of one block and output
 */
uint32_t binary_compare(uint32_t lowest, const uint32_t *counters, const uint32_t *thresholds, uint32_t planes);

#endif
