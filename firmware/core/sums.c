#include "sums.h"

#include "engine-layout.h"

/* Adds the bits set in each 4 bits of both words: at most 8, so that they do not overflow. */
static uint32_t nibble_counts(uint32_t a, uint32_t b) {
  a -= a >> 1 & 0x55555555u;
  b -= b >> 1 & 0x55555555u;
  a = (a & 0x33333333u) + (a >> 2 & 0x33333333u);
  b = (b & 0x33333333u) + (b >> 2 & 0x33333333u);
  return a + b;
}

/* The same for each byte: at most 16. */
static uint32_t byte_counts(uint32_t a, uint32_t b) {
  const uint32_t nibbles = nibble_counts(a, b);
  return (nibbles & 0x0f0f0f0fu) + (nibbles >> 4 & 0x0f0f0f0fu);
}

static uint32_t sum_of_bytes(uint32_t bytes) {
  const uint32_t halves = (bytes & 0x00ff00ffu) + (bytes >> 8 & 0x00ff00ffu);
  return (halves + (halves >> 16)) & 0xffffu;
}

/* Counts the bits set in both rows. */
static uint32_t overlap(const uint32_t *a, const uint32_t *b, uint32_t words) {
  /* A byte holds the counts of three pieces of eight words and of the rest: 3 x 64 + 56. */
  enum { PIECES = 3 };
  uint32_t count = 0;
  while (words > 0) {
    uint32_t bytes = 0;
    for (int piece = 0; piece < PIECES && words >= 8; piece++, a += 8, b += 8, words -= 8) {
      bytes += byte_counts(a[0] & b[0], a[1] & b[1]) + byte_counts(a[2] & b[2], a[3] & b[3]) +
               byte_counts(a[4] & b[4], a[5] & b[5]) + byte_counts(a[6] & b[6], a[7] & b[7]);
    }
    if (words < 8) {
      for (; words >= 2; a += 2, b += 2, words -= 2) bytes += byte_counts(a[0] & b[0], a[1] & b[1]);
      if (words == 1) bytes += byte_counts(a[0] & b[0], 0);
      words = 0;
    }
    count += sum_of_bytes(bytes);
  }
  return count;
}

static uint32_t binary_sum(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes) {
  uint32_t sum = 0;
  for (uint32_t plane = 0; plane < planes; plane++) sum += overlap(window + plane * words, weights, words);
  return sum;
}

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
    for (uint32_t i = at; i < values; i++) sums[filter] += (uint32_t)(window[i] * weights[i]);
  }
}

static void add_halves_by(const int16_t *window, const int8_t *weights, uint32_t values, uint32_t count, uint32_t *sums) {
  for (uint32_t filter = 0; filter < count; filter++, weights += values) {
    for (uint32_t i = 0; i < values; i++) sums[filter] += (uint32_t)(window[i] * weights[i]);
  }
}

static void clear(uint32_t *sums, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) sums[i] = 0;
}

uint32_t window_ones(const struct layer *layer) {
  return overlap(layer->window, layer->window, layer->taps * words_for(layer->op.input_channels) * layer->op.input_planes);
}

void sums_of_bits(const struct layer *layer, uint32_t ones, uint32_t first, uint32_t count, uint32_t *sums) {
  const uint32_t *window = layer->window;
  const uint32_t planes = layer->op.input_planes;
  const uint32_t words = layer->taps * words_for(layer->op.input_channels);
  const uint32_t *weights = (const uint32_t *)layer->weights + (size_t)first * words;
  for (uint32_t i = 0; i < count; i++, weights += words) sums[i] = 2 * binary_sum(window, weights, words, planes) - ones;
}

void sums_of_products(const struct layer *layer, uint32_t first, uint32_t count, uint32_t *sums) {
  const uint32_t values = layer->taps * layer->op.input_channels;
  const int8_t *weights = (const int8_t *)layer->weights + (size_t)first * values;
  const void *window = layer->window;
  clear(sums, count);
  if (layer->op.input_type == ENGINE_TYPE_INT16) add_halves_by(window, weights, values, count, sums);
  else add_bytes_by(window, weights, values, count, sums);
}

static void add_bytes(const uint8_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) sums[i] += values[i];
}

static void add_halves(const int16_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) sums[i] += (uint32_t)values[i];
}

void sums_of_window(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count,
                    uint32_t *sums) {
  clear(sums, count);
  for (uint32_t y = window->from_y; y < window->to_y; y++) {
    for (uint32_t x = window->from_x; x < window->to_x; x++) {
      const uint8_t *pixel = window_pixel(layer, window, y, x);
      for (uint32_t c = first; c < layer->op.input_channels; c += layer->filters) {
        if (layer->op.input_type == ENGINE_TYPE_INT16) add_halves((const int16_t *)pixel + c, count, sums);
        else add_bytes(pixel + c, count, sums);
      }
    }
  }
  const uint32_t inside = (window->to_y - window->from_y) * (window->to_x - window->from_x);
  if (inside == layer->taps || inside == 0) return;
  const uint32_t weight = layer->taps / inside;
  for (uint32_t i = 0; i < count; i++) sums[i] *= weight;
}
