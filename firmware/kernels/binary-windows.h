/* The inputs of windows, as slices of lists. */
#ifndef BD_EDGE_BINARY_WINDOWS_H
#define BD_EDGE_BINARY_WINDOWS_H
#include "binary-job.h"

/** Lists the rows of the image for row y of the output, except those that are already listed, in a job with a ring of
 * rows. */
void binary_list_rows(struct binary_job *job, uint32_t y);

/** Finds a window's slices in the lists of rows. Returns the sum of its activations. */
uint32_t binary_slice_rows(struct binary_job *job, const struct window *window);

/** A place in a window. */
struct binary_place {
  uint32_t y, x, word;
};

/** Lists a part of a window from a place on, and moves the place behind it. Returns whether it is the last part. Adds to
 * the sum of activations. */
bool binary_list_part(struct binary_job *job, const struct window *window, struct binary_place *at, uint32_t *activations);

#endif
