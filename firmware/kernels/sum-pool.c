#include "sum-pool.h"

#include "processor.h"
#include "put.h"
#include "stream-thresholds.h"
#include "window.h"

#include <string.h>

static void add_bytes(const uint8_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) sums[i] += values[i];
}

static void copy_bytes(const uint8_t *values, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++) sums[i] = values[i];
}

static void add_halves(const int16_t *values, uint32_t count, uint32_t *sums) {
#if PROCESSOR_ARMV6M
  /* Two numbers of a word at a time. */
  const uint32_t *const end = sums + (count & ~1u);
  if (count >= 2 && (uintptr_t)values % WORD_BYTES == 0) {
    __asm volatile(".syntax unified\n1:\n\tldmia %[v]!, {r5}\n\tldr r3, [%[s]]\n\tldr r4, [%[s], #4]\n\tsxth r6, r5\n\tadds r3, r6\n\t"
                   "asrs r5, r5, #16\n\tadds r4, r5\n\tstmia %[s]!, {r3, r4}\n\tcmp %[s], %[e]\n\tbne 1b"
                   : [v] "+l"(values), [s] "+l"(sums)
                   : [e] "l"(end)
                   : "r3", "r4", "r5", "r6", "cc", "memory");
    count &= 1;
  }
#elif PROCESSOR_DSP
  for (; count >= 4; count -= 4, values += 4, sums += 4) {
    int32_t first, second;
    memcpy(&first, values, sizeof first);
    memcpy(&second, values + 2, sizeof second);
    sums[0] += (uint32_t)(int16_t)first;
    sums[1] += (uint32_t)(first >> 16);
    sums[2] += (uint32_t)(int16_t)second;
    sums[3] += (uint32_t)(second >> 16);
  }
#endif
  for (uint32_t i = 0; i < count; i++) sums[i] += (uint32_t)values[i];
}

static void copy_halves(const int16_t *values, uint32_t count, uint32_t *sums) {
#if PROCESSOR_ARMV6M
  const uint32_t *const end = sums + (count & ~3u);
  if (count >= 4 && (uintptr_t)values % WORD_BYTES == 0) {
    __asm volatile(".syntax unified\n1:\n\tldmia %[v]!, {r4, r6}\n\tsxth r3, r4\n\tasrs r4, r4, #16\n\tsxth r5, r6\n\t"
                   "asrs r6, r6, #16\n\tstmia %[s]!, {r3, r4, r5, r6}\n\tcmp %[s], %[e]\n\tbne 1b"
                   : [v] "+l"(values), [s] "+l"(sums)
                   : [e] "l"(end)
                   : "r3", "r4", "r5", "r6", "cc", "memory");
    count &= 3;
  }
#elif PROCESSOR_DSP
  for (; count >= 4; count -= 4, values += 4, sums += 4) {
    int32_t first, second;
    memcpy(&first, values, sizeof first);
    memcpy(&second, values + 2, sizeof second);
    sums[0] = (uint32_t)(int16_t)first;
    sums[1] = (uint32_t)(first >> 16);
    sums[2] = (uint32_t)(int16_t)second;
    sums[3] = (uint32_t)(second >> 16);
  }
#endif
  for (uint32_t i = 0; i < count; i++) sums[i] = (uint32_t)values[i];
}

/* Sums channels of a pixel that are `filters` apart. */
static void add_pixel(const struct layer *layer, const uint8_t *pixel, uint32_t first, uint32_t count, bool is_first, uint32_t *sums) {
  const bool halves = layer->op.input_type == ENGINE_TYPE_INT16;
  for (uint32_t c = first; c < layer->op.input_channels; c += layer->filters, is_first = false) {
    const int16_t *numbers = (const int16_t *)(const void *)pixel + c;
    if (is_first && halves) copy_halves(numbers, count, sums);
    else if (is_first) copy_bytes(pixel + c, count, sums);
    else if (halves) add_halves(numbers, count, sums);
    else add_bytes(pixel + c, count, sums);
  }
}

static void add_window(const struct layer *layer, const struct window *window, uint32_t first, uint32_t count,
                       uint32_t *sums) {
  bool is_first = true;
  for (uint32_t y = window->from_y; y < window->to_y; y++) {
    const uint8_t *pixel = window_pixel(layer, window, y, window->from_x);
    for (uint32_t x = window->from_x; x < window->to_x; x++, pixel += layer->pixel_bytes, is_first = false) {
      add_pixel(layer, pixel, first, count, is_first, sums);
    }
  }
}

static void make_pixel(void *context, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  const struct layer *layer = context;
  const struct window window = window_at(layer, y, x);
  const uint32_t inside = (window.to_y - window.from_y) * (window.to_x - window.from_x);
  const uint32_t weight = inside == layer->taps ? 1 : layer->taps / inside;
  put_open(layer, to);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t sums[BLOCK_FILTERS];
    const uint32_t count = block_filters(layer, first);
    add_window(layer, &window, first, count, sums);
    for (uint32_t i = 0; weight != 1 && i < count; i++) sums[i] *= weight;
    put_sums(layer, to, addend, first, count, sums);
  }
}

bool sum_pool_row(struct layer *layer, uint32_t y) {
  if (stream_thresholds_can(layer)) return stream_thresholds_row(layer, y);
  const uint32_t largest = layer->op.input_type == ENGINE_TYPE_INT16 ? UINT32_C(1) << 15 : UINT8_MAX;
  put_prepare(layer, (uint64_t)layer->taps * (layer->op.input_channels / layer->filters) * largest);
  return put_row(layer, y, make_pixel, layer);
}
