#include "binary-convolution.h"

#include "put.h"
#include "window.h"

/* Adds the weight of each filter for an input of `value`: twice the value, or nothing. */
static void add_weights(uint32_t weights, uint32_t value, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++, weights >>= 1) sums[i] += (weights & 1) * 2 * value;
}

/* Adds one tap of a block's filters. Returns the sum of its activations. */
static uint32_t add_tap(const struct layer *layer, const uint32_t *pixel, const uint32_t *weights, uint32_t count, uint32_t *sums) {
  const uint32_t channels = layer->op.input_channels;
  uint32_t ones = 0;
  for (uint32_t plane = 0; plane < layer->op.input_planes; plane++, pixel += words_for(channels)) {
    for (uint32_t c = 0; c < channels; c++) {
      const uint32_t value = pixel[c / WORD_BITS] >> c % WORD_BITS & 1;
      ones += value;
      if (value != 0) add_weights(weights[c], value, count, sums);
    }
  }
  return ones;
}

static void sums_of_block(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count, uint32_t *sums) {
  const uint32_t channels = layer->op.input_channels;
  const uint32_t *weights = (const uint32_t *)layer->weights + (size_t)(first / BLOCK_FILTERS) * layer->taps * channels;
  uint32_t ones = 0;
  for (uint32_t i = 0; i < count; i++) sums[i] = 0;
  for (uint32_t y = window->from_y; y < window->to_y; y++) {
    for (uint32_t x = window->from_x; x < window->to_x; x++) {
      const uint32_t *pixel = (const uint32_t *)window_pixel(layer, window, y, x);
      ones += add_tap(layer, pixel, weights + (size_t)(y * layer->op.kernel_width + x) * channels, count, sums);
    }
  }
  for (uint32_t i = 0; i < count; i++) sums[i] -= ones;
}

static void pixel(const struct layer *layer, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  const struct window window = window_at(layer, y, x);
  put_open(layer, to);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t sums[BLOCK_FILTERS];
    const uint32_t count = block_filters(layer, first);
    sums_of_block(layer, &window, first, count, sums);
    put_sums(layer, to, addend, first, count, sums);
  }
}

bool binary_convolution_row(struct layer *layer, uint32_t y) { return put_row(layer, y, pixel); }
