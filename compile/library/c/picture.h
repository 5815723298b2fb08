/* Turns pictures in memory into a network's input, with the integers of `preprocess` (docs/preprocessing.md). */
#ifndef BD_EDGE_PICTURE_H
#define BD_EDGE_PICTURE_H
#include "in-flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The pixels in memory, in the order of compile/library/picture.ts. */
enum picture_format { PICTURE_GRAY, PICTURE_RGB888, PICTURE_RGB565, PICTURE_RGB565_SWAPPED, PICTURE_YUYV };

/** A picture. Its crop is inside. */
struct picture {
  const uint8_t *pixels;
  size_t row_bytes;
  uint32_t width, height;
  uint32_t left, top, crop_width, crop_height;
  enum picture_format format;
};

enum picture_fit { PICTURE_COVER, PICTURE_CONTAIN, PICTURE_FILL };

/** A network's input, and how it was trained. */
struct picture_input {
  uint16_t height, width;
  uint8_t channels; /* 1 or 3 */
  uint8_t fit;
  bool invert;
  uint16_t center, center_of; /* the share of both sides that is used */
};

/** Writes the picture to `image`, height x width x channels bytes. Returns false if a side is 0 or above 32,768, the crop is
 * not inside, the format does not exist, or the width of PICTURE_YUYV is odd. Then nothing is written. */
bool picture_put(const struct picture *picture, const IN_FLASH struct picture_input *input, uint8_t *image);

#endif
