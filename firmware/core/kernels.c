#include "kernels.h"

#include <stdbool.h>
#include <string.h>

/* Bits set in each 4 bits of both words, added: at most 8, so that they do not run over. */
static uint32_t nibble_counts(uint32_t a, uint32_t b) {
  a -= a >> 1 & 0x55555555u;
  b -= b >> 1 & 0x55555555u;
  a = (a & 0x33333333u) + (a >> 2 & 0x33333333u);
  b = (b & 0x33333333u) + (b >> 2 & 0x33333333u);
  return a + b;
}

/* The same in each byte: at most 16. */
static uint32_t byte_counts(uint32_t a, uint32_t b) {
  const uint32_t nibbles = nibble_counts(a, b);
  return (nibbles & 0x0f0f0f0fu) + (nibbles >> 4 & 0x0f0f0f0fu);
}

static uint32_t sum_of_bytes(uint32_t bytes) {
  const uint32_t halves = (bytes & 0x00ff00ffu) + (bytes >> 8 & 0x00ff00ffu);
  return (halves + (halves >> 16)) & 0xffffu;
}

/* Bits set in both rows. */
static uint32_t overlap(const uint32_t *a, const uint32_t *b, uint32_t words) {
  /* A byte holds the counts of three pieces of eight words and of what is left behind them: 3 x 64 + 56. */
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

void binary_sums(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes, uint32_t filters,
                 uint32_t *sums) {
  for (uint32_t filter = 0; filter < filters; filter++, weights += words) {
    sums[filter] = binary_sum(window, weights, words, planes);
  }
}

static uint32_t int8_sum(const uint8_t *window, const int8_t *weights, uint32_t count) {
  uint32_t sum = 0;
  uint32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    sum += (uint32_t)(window[i] * weights[i] + window[i + 1] * weights[i + 1] + window[i + 2] * weights[i + 2] +
                      window[i + 3] * weights[i + 3]);
  }
  for (; i < count; i++) sum += (uint32_t)(window[i] * weights[i]);
  return sum;
}

void int8_sums(const uint8_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums) {
  for (uint32_t filter = 0; filter < filters; filter++, weights += count) {
    sums[filter] = int8_sum(window, weights, count);
  }
}

void int16_sums(const int16_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums) {
  for (uint32_t filter = 0; filter < filters; filter++, weights += count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += (uint32_t)(window[i] * weights[i]);
    sums[filter] = sum;
  }
}

uint32_t last_words(const uint32_t *from, uint32_t rows, uint32_t words) {
  uint32_t bits = 0;
  for (from += words - 1; rows > 0; rows--, from += words) bits |= *from;
  return bits;
}

uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters) {
  uint64_t largest = 0;
  for (; filters > 0; filters--, weights += count) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += (uint32_t)(weights[i] < 0 ? -weights[i] : weights[i]);
    if (sum > largest) largest = sum;
  }
  return largest < UINT32_MAX ? (uint32_t)largest : UINT32_MAX;
}

/* The bits of a word of filters: they come in from the last filter to the first, whose bit is lowest. */
struct block {
  uint32_t bits[2]; /* of each cut */
};

static inline void push(struct block *block, const struct thresholds *thresholds, uint32_t filter, int32_t sum) {
  const int32_t *least = thresholds->least + filter;
  block->bits[0] = block->bits[0] << 1 | (uint32_t)(sum >= *least);
  if (thresholds->cuts == 2) block->bits[1] = block->bits[1] << 1 | (uint32_t)(sum >= least[thresholds->filters]);
}

/* Writes the bits of `count` filters from `first` on, which may come to lie in two words. */
static void put(const struct block *block, const struct thresholds *thresholds, uint32_t first, uint32_t count,
                uint32_t *pixel) {
  const uint32_t *below = thresholds->below + first / 32;
  for (uint32_t cut = 0; cut < thresholds->cuts; cut++, below += (thresholds->filters + 31) / 32) {
    const uint32_t bits = block->bits[cut] ^ (*below & UINT32_MAX >> (32 - count));
    const uint32_t place = first + cut * thresholds->cut_stride;
    pixel[place / 32] |= bits << place % 32;
    if (place % 32 + count > 32) pixel[place / 32 + 1] |= bits >> (32 - place % 32);
  }
}

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

static int32_t clamp(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

/* Copies one plane of a window to `to`; returns where it ends. Taps of one kernel row lie in a row of the image too. */
static uint8_t *gather(const struct row *row, int32_t left, uint32_t plane, uint8_t *to) {
  const size_t tap = row->tap_bytes;
  const size_t pitch = row->planes * tap;
  const int32_t from = clamp(-left, 0, row->kernel_width);
  const int32_t end = clamp(row->width - left, from, row->kernel_width);
  for (int32_t y = row->top; y < row->top + row->kernel_height; y++) {
    const bool inside = y >= 0 && y < row->height && from < end;
    if (!inside || end - from < row->kernel_width) memset(to, 0, (size_t)row->kernel_width * tap);
    if (inside) {
      const uint8_t *pixel = row->image + ((size_t)y * (size_t)row->width + (size_t)(left + from)) * pitch + plane * tap;
      uint8_t *place = to + (size_t)from * tap;
      const int32_t taps = pitch == tap ? end - from : 1;
      for (int32_t x = from; x < end; x += taps, pixel += pitch, place += tap) memcpy(place, pixel, (size_t)taps * tap);
    }
    to += (size_t)row->kernel_width * tap;
  }
  return to;
}

/* Where a pixel of the row is, all bits 0, once its window has been gathered. */
static uint32_t *open_pixel(const struct row *row, uint32_t pixel) {
  uint8_t *to = row->window;
  const int32_t left = row->left + (int32_t)pixel * row->stride;
  for (uint32_t plane = 0; plane < row->planes; plane++) to = gather(row, left, plane, to);
  uint32_t *bits = row->output + (size_t)pixel * row->pixel_words;
  for (uint32_t word = 0; word < row->pixel_words; word++) bits[word] = 0;
  return bits;
}

static uint32_t window_bytes(const struct row *row) {
  return (uint32_t)row->kernel_height * (uint32_t)row->kernel_width * row->tap_bytes;
}

void binary_pixel(const struct row *row, uint32_t pixel) {
  uint32_t *bits = open_pixel(row, pixel);
  const struct thresholds *thresholds = &row->thresholds;
  const uint32_t words = window_bytes(row) / sizeof(uint32_t);
  const uint32_t *window = row->window;
  const uint32_t *weights = row->weights;
  const uint32_t ones = overlap(window, window, words * row->planes);
  for (uint32_t first = 0; first < thresholds->filters; first += 32) {
    const uint32_t count = smaller(32, thresholds->filters - first);
    struct block block = {{0, 0}};
    for (uint32_t filter = first + count; filter-- > first;) {
      const uint32_t both = binary_sum(window, weights + filter * words, words, row->planes);
      push(&block, thresholds, filter, (int32_t)(2 * both - ones));
    }
    put(&block, thresholds, first, count, bits);
  }
}

void int8_pixel(const struct row *row, uint32_t pixel) {
  uint32_t *bits = open_pixel(row, pixel);
  const struct thresholds *thresholds = &row->thresholds;
  const uint32_t bytes = window_bytes(row);
  const int8_t *weights = row->weights;
  for (uint32_t first = 0; first < thresholds->filters; first += 32) {
    const uint32_t count = smaller(32, thresholds->filters - first);
    struct block block = {{0, 0}};
    for (uint32_t filter = first + count; filter-- > first;) {
      push(&block, thresholds, filter, (int32_t)int8_sum(row->window, weights + filter * bytes, bytes));
    }
    put(&block, thresholds, first, count, bits);
  }
}
