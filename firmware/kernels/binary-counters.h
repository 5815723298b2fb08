/* Vertical counters: 32 sums at once, one for each filter of a block. A plane is a word with one bit of each sum: bit f
 * of plane k is bit k of the sum of filter f. An input with value 1 adds its word of weights, which is one bit for each
 * filter, by full adders of five operations.
 *
 * The inputs are a list of offsets, so that those that are 0 cost nothing. */
#ifndef BD_EDGE_BINARY_COUNTERS_H
#define BD_EDGE_BINARY_COUNTERS_H
#include <stddef.h>
#include <stdint.h>

#if defined(__arm__) && defined(__thumb__) && !defined(__thumb2__)
/** The distance of two inputs in entries of lists: a Cortex-M0 loads a word at an offset in bytes. */
enum { BINARY_ENTRY_UNIT = 4 };
#else
enum { BINARY_ENTRY_UNIT = 1 };
#endif

/** Planes that hold every sum. */
enum { BINARY_PLANES = 36 };

/** A part of a list. */
struct binary_slice {
  const uint16_t *from;
  uintptr_t weights; /* the address of an input's weights in the first block, minus 4 * BINARY_ENTRY_UNIT * its entry */
  const uint16_t *end;
};

/** Slices of the inputs of value 1 and of value 2, and memory of binary_carries() words. */
struct binary_slices {
  const struct binary_slice *ones, *ones_end;
  const struct binary_slice *twos, *twos_end;
  uint32_t *carries;
};

/** Returns the words of carries for `entries` and `slices` in all. */
static inline size_t binary_carries(size_t entries, size_t slices) { return entries / 8 + slices + 3; }

/** Adds the weights of all entries to the sums in BINARY_PLANES planes. `block` is the distance in bytes from the
 * weights of the first block. */
void binary_add(uint32_t *planes, const struct binary_slices *slices, uintptr_t block);

#endif
