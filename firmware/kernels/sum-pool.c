#include "sum-pool.h"

#include "put.h"
#include "window.h"

static void add_bytes(const uint8_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) sums[i] += values[i];
}

static void add_halves(const int16_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) {
    const int32_t value = values[i];
    sums[i] += (uint32_t)value;
  }
}

static void add_window(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count,
                       uint32_t *sums) {
  for (uint32_t y = window->from_y; y < window->to_y; y++) {
    for (uint32_t x = window->from_x; x < window->to_x; x++) {
      const uint8_t *pixel = window_pixel(layer, window, y, x);
      for (uint32_t c = first; c < layer->op.input_channels; c += layer->filters) {
        if (layer->op.input_type == ENGINE_TYPE_INT16) add_halves((const int16_t *)pixel + c, count, sums);
        else add_bytes(pixel + c, count, sums);
      }
    }
  }
}

static void make_pixel(const struct layer *layer, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  const struct window window = window_at(layer, y, x);
  const uint32_t weight = layer->taps / ((window.to_y - window.from_y) * (window.to_x - window.from_x));
  put_open(layer, to);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t sums[BLOCK_FILTERS] = {0};
    const uint32_t count = block_filters(layer, first);
    add_window(layer, &window, first, count, sums);
    for (uint32_t i = 0; i < count; i++) sums[i] *= weight;
    put_sums(layer, to, addend, first, count, sums);
  }
}

bool sum_pool_row(struct layer *layer, uint32_t y) {
  const uint32_t largest = layer->op.input_type == ENGINE_TYPE_INT16 ? 1 << 15 : UINT8_MAX;
  put_prepare(layer, (uint64_t)layer->taps * (layer->op.input_channels / layer->filters) * largest);
  return put_row(layer, y, make_pixel);
}
