#include "int8-convolution.h"

#include "int8-quads.h"
#include "int8-winograd.h"
#include "processor.h"
#include "put.h"
#include "window.h"

/* Keeps nine values in registers while all filters use them; the weights of a filter are `values` apart: 3 x
 * 3 taps. */
static void add_nine(const uint8_t *window, const int8_t *weights, uint32_t values, uint32_t count, uint32_t *sums) {
  const int32_t a = window[0], b = window[1], c = window[2], d = window[3], e = window[4];
  const int32_t f = window[5], g = window[6], h = window[7], i = window[8];
  for (uint32_t filter = 0; filter < count; filter++, weights += values) {
    sums[filter] += (uint32_t)(weights[0] * a + weights[1] * b + weights[2] * c + weights[3] * d + weights[4] * e +
                               weights[5] * f + weights[6] * g + weights[7] * h + weights[8] * i);
  }
}

static void add_bytes_by(const uint8_t *window, const int8_t *weights, uint32_t values, uint32_t count, uint32_t *sums) {
  uint32_t at = 0;
  for (; at + 9 <= values; at += 9) add_nine(window + at, weights + at, values, count, sums);
  if (at == values) return;
  for (uint32_t filter = 0; filter < count; filter++, weights += values) {
    for (uint32_t i = at; i < values; i++) sums[filter] += (uint32_t)((int32_t)window[i] * weights[i]);
  }
}

static void add_halves_by(const int16_t *window, const int8_t *weights, uint32_t values, uint32_t count, uint32_t *sums) {
  for (uint32_t filter = 0; filter < count; filter++, weights += values) {
    for (uint32_t i = 0; i < values; i++) sums[filter] += (uint32_t)((int32_t)window[i] * weights[i]);
  }
}

static void clear(uint32_t *sums, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) sums[i] = 0;
}

/* The gathered window, behind the pixel of put_row. */
static void *window_of(const struct layer *layer) {
  return layer->scratch + (layer_pools(layer) ? (layer->output_bytes + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES : 0);
}

static void make_pixel(void *context, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  const struct layer *layer = context;
  const struct window window = window_at(layer, y, x);
  void *values = window_of(layer);
  const uint32_t count_of_values = layer->taps * layer->op.input_channels;
  window_gather(layer, &window, values);
  put_open(layer, to);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t sums[BLOCK_FILTERS];
    const uint32_t count = block_filters(layer, first);
    const int8_t *weights = (const int8_t *)layer->weights + (size_t)first * count_of_values;
    clear(sums, count);
    if (layer->op.input_type == ENGINE_TYPE_INT16) add_halves_by(values, weights, count_of_values, count, sums);
    else add_bytes_by(values, weights, count_of_values, count, sums);
    put_sums(layer, to, addend, first, count, sums);
  }
}

bool int8_convolution_row(struct layer *layer, uint32_t y) {
  const uint32_t type = layer->op.input_type;
  const uint32_t largest = type == ENGINE_TYPE_INT16 ? UINT32_C(1) << 15 : type == ENGINE_TYPE_U8 ? UINT8_MAX : 2;
  put_prepare(layer, (uint64_t)layer->taps * layer->op.input_channels * largest * 128);
  /* A processor that multiplies two pairs at once has no use for fewer products. */
  if (!PROCESSOR_DSP && (PART_WINOGRAD_1 || PART_WINOGRAD_3) && int8_winograd_can(layer)) return int8_winograd_row(layer, y);
  return PART_QUADS && int8_quads_can(layer) ? int8_quads_row(layer, y) : put_row(layer, y, make_pixel, layer);
}
