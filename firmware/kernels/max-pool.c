#include "max-pool.h"

#include "may-continue.h"
#include "window.h"

static void maxima_of_bits(const struct layer *layer, const struct window *window, uint32_t *to) {
  const uint32_t words = layer->op.input_planes * words_for(layer->op.input_channels);
  for (uint32_t word = 0; word < words; word++) {
    uint32_t any = 0, all = UINT32_MAX;
    for (uint32_t y = window->from_y; y < window->to_y; y++) {
      const uint32_t *pixel = (const uint32_t *)window_pixel(layer, window, y, window->from_x) + word;
      for (uint32_t x = window->from_x; x < window->to_x; x++, pixel += words) {
        any |= *pixel;
        all &= *pixel;
      }
    }
    to[word] = (any & ~layer->parameters[word]) | (all & layer->parameters[word]);
  }
}

static int32_t value_at(const uint8_t *pixel, uint32_t channel, bool bytes) {
  return bytes ? pixel[channel] : ((const int16_t *)pixel)[channel];
}

static void maxima_of_numbers(const struct layer *layer, const struct window *window, uint8_t *to) {
  const bool bytes = layer->op.input_type == ENGINE_TYPE_U8;
  const uint32_t pixel_bytes = layer->pixel_bytes;
  for (uint32_t channel = 0; channel < layer->op.input_channels; channel++) {
    int32_t largest = INT16_MIN;
    for (uint32_t y = window->from_y; y < window->to_y; y++) {
      const uint8_t *pixel = window_pixel(layer, window, y, window->from_x);
      for (uint32_t x = window->from_x; x < window->to_x; x++, pixel += pixel_bytes) {
        const int32_t value = value_at(pixel, channel, bytes);
        if (value > largest) largest = value;
      }
    }
    if (bytes) to[channel] = (uint8_t)largest;
    else ((int16_t *)to)[channel] = (int16_t)largest;
  }
}

bool max_pool_row(struct layer *layer, uint32_t y) {
  uint8_t *to = layer->output + (size_t)y * layer->op.output_width * layer->output_bytes;
  for (uint32_t x = 0; x < layer->op.output_width; x++, to += layer->output_bytes) {
    const struct window window = window_at(layer, y, x);
    if (layer->op.input_type == ENGINE_TYPE_BITS) maxima_of_bits(layer, &window, (uint32_t *)to);
    else maxima_of_numbers(layer, &window, to);
    if (!kernel_may_continue()) return false;
  }
  return true;
}
