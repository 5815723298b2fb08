#include "window.h"

#include "engine-layout.h"

#include <string.h>

static uint32_t clamp(int32_t value, int32_t least, int32_t most) {
  return (uint32_t)(value < least ? least : value > most ? most : value);
}

struct window window_at(const struct layer *layer, uint32_t y, uint32_t x) {
  struct window window;
  const int32_t rows = (int32_t)layer->op.kernel_height, columns = (int32_t)layer->op.kernel_width;
  window.top = (int32_t)(y * layer->op.stride_y) - (int32_t)layer->op.padding_top;
  window.left = (int32_t)(x * layer->op.stride_x) - (int32_t)layer->op.padding_left;
  window.from_y = clamp(-window.top, 0, rows);
  window.from_x = clamp(-window.left, 0, columns);
  window.to_y = clamp((int32_t)layer->op.input_height - window.top, 0, rows);
  window.to_x = clamp((int32_t)layer->op.input_width - window.left, 0, columns);
  return window;
}

const uint8_t *window_pixel(const struct layer *layer, const struct window *window, uint32_t tap_y, uint32_t tap_x) {
  const size_t y = (size_t)(window->top + (int32_t)tap_y);
  const size_t x = (size_t)(window->left + (int32_t)tap_x);
  return layer->image + (y * layer->op.input_width + x) * layer->pixel_bytes;
}

/* Copies the pixels. The taps of a kernel row are consecutive in the image. */
static void copy(const struct layer *layer, const struct window *window, uint8_t *to) {
  const size_t tap = layer->pixel_bytes;
  const size_t row_bytes = layer->op.kernel_width * tap;
  const size_t bytes = (window->to_x - window->from_x) * tap;
  const uint32_t rows = window->to_y - window->from_y;
  if (bytes < row_bytes || rows < layer->op.kernel_height) memset(to, 0, layer->op.kernel_height * row_bytes);
  to += window->from_y * row_bytes + window->from_x * tap;
  for (uint32_t row = 0; row < rows; row++, to += row_bytes) {
    memcpy(to, window_pixel(layer, window, window->from_y + row, window->from_x), bytes);
  }
}

void window_spread(const struct layer *layer, const uint8_t *pixel, uint8_t *to) {
  const uint32_t channels = layer->op.input_channels;
  const uint32_t *words = (const uint32_t *)(const void *)pixel;
  const uint32_t *second = layer->op.input_planes == 2 ? words + words_for(channels) : NULL;
  for (uint32_t c = 0; c < channels; c++) {
    const uint32_t word = c / WORD_BITS, bit = c % WORD_BITS;
    to[c] = (uint8_t)((words[word] >> bit & 1) + (second == NULL ? 0 : second[word] >> bit & 1));
  }
}

/* Copies the taps of bits as bytes. */
static void spread(const struct layer *layer, const struct window *window, uint8_t *to) {
  const uint32_t channels = layer->op.input_channels;
  memset(to, 0, (size_t)layer->taps * channels);
  for (uint32_t y = window->from_y; y < window->to_y; y++) {
    for (uint32_t x = window->from_x; x < window->to_x; x++) {
      window_spread(layer, window_pixel(layer, window, y, x), to + ((size_t)y * layer->op.kernel_width + x) * channels);
    }
  }
}

void window_gather(const struct layer *layer, const struct window *window, void *to) {
  if (layer->op.input_type == ENGINE_TYPE_BITS) spread(layer, window, to);
  else copy(layer, window, to);
}
