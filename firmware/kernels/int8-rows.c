#include "int8-rows.h"

#include "window.h"

#include <string.h>

static void widen(const uint8_t *from, uint32_t count, int16_t *to) {
  for (uint32_t i = 0; i < count; i++) to[i] = from[i];
}

/* Copies `pixels` pixels of the image's row `y`, from its first one on. */
static void copy_pixels(const struct layer *layer, uint32_t y, uint32_t pixels, int16_t *to) {
  const struct engine_layer *op = &layer->op;
  const uint8_t *from = layer->image + (size_t)y * op->input_width * layer->pixel_bytes;
  if (op->input_type == ENGINE_TYPE_INT16) {
    memcpy(to, from, (size_t)pixels * layer->pixel_bytes);
  } else if (op->input_type == ENGINE_TYPE_U8) {
    widen(from, pixels * op->input_channels, to);
  } else {
    for (uint32_t x = 0; x < pixels; x++, from += layer->pixel_bytes, to += op->input_channels) {
      /* In the upper half of the numbers, each of which is written behind the byte that it is made from. */
      uint8_t *bytes = (uint8_t *)(void *)to + op->input_channels;
      window_spread(layer, from, bytes);
      widen(bytes, op->input_channels, to);
    }
  }
}

size_t int8_rows_plan(const struct layer *layer, uint32_t columns, uint32_t count, struct int8_rows *rows) {
  const uint64_t pitch = ((uint64_t)columns * layer->op.input_channels + 1) & ~(uint64_t)1;
  const uint64_t words = pitch / 2 * count;
  rows->pitch = (uint32_t)pitch;
  rows->count = count;
  return words < layer->scratch_bytes ? (size_t)words : layer->scratch_bytes;
}

void int8_rows_fill(const struct layer *layer, const struct int8_rows *rows, uint32_t y) {
  const struct engine_layer *op = &layer->op;
  const uint32_t left = op->padding_left * op->input_channels;
  const uint32_t room = (rows->pitch - left) / op->input_channels;
  const uint32_t pixels = room < op->input_width ? room : op->input_width;
  const uint32_t right = left + pixels * op->input_channels;
  int16_t *to = rows->values;
  for (uint32_t row = 0; row < rows->count; row++, to += rows->pitch) {
    const uint32_t below = y * op->stride_y + row;
    const bool inside = below >= op->padding_top && below - op->padding_top < op->input_height;
    const uint32_t from = inside ? right : 0;
    if (inside) {
      memset(to, 0, left * sizeof *to);
      copy_pixels(layer, below - op->padding_top, pixels, to + left);
    }
    memset(to + from, 0, (rows->pitch - from) * sizeof *to);
  }
}
