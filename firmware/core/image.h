/* Assembles an image from its pieces, where the engine reads it. A piece at offset 0 starts an image and
 * discards an incomplete one. A piece that is not the next one of this image changes nothing. */
#ifndef BD_EDGE_IMAGE_H
#define BD_EDGE_IMAGE_H
#include "fault.h"
#include <stddef.h>
#include <stdint.h>

/** Takes a piece. Sets `whole` if it completed the image, else `wanted` to the next expected offset. Fails
 * with ERROR_IMAGE_SIZE if the piece exceeds the model's input. */
struct fault image_take(uint32_t id, uint32_t offset, const uint8_t *bytes, size_t length, bool *whole,
                        uint32_t *wanted);

/** Discards an incomplete image. */
void image_forget(void);

#endif
