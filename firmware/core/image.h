/* Puts an image together from its pieces, in the place where the engine reads it. A piece at offset 0 starts an image
 * and drops what there was of another; a piece that is not the next one of this image changes nothing. */
#ifndef BD_EDGE_IMAGE_H
#define BD_EDGE_IMAGE_H
#include "fault.h"
#include <stddef.h>
#include <stdint.h>

/** Takes a piece. `whole` says whether it completed the image; else `wanted` is the offset that is wanted next.
 * ERROR_IMAGE_SIZE if the piece goes beyond the model's input. */
struct fault image_take(uint32_t id, uint32_t offset, const uint8_t *bytes, size_t length, bool *whole,
                        uint32_t *wanted);

/** Forgets what there is of an image. */
void image_forget(void);

#endif
