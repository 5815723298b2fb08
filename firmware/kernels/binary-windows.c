#include "binary-windows.h"

#include "binary-complement.h"
#include "binary-lists.h"

static void list_row(const struct binary_job *job, uint32_t y, uint16_t *row) {
  const struct layer *layer = job->layer;
  const uint32_t width = layer->op.input_width, channels = layer->op.input_channels, words = words_for(channels);
  uint16_t *ones = row, *twos = row + width + 1, *entries = twos + width + 1;
  const uint8_t *pixel = layer->image + (size_t)y * width * layer->pixel_bytes;
  struct binary_list list = {entries, entries + width * channels};
  for (uint32_t x = 0, place = 0;; x++, pixel += layer->pixel_bytes, place += channels * BINARY_ENTRY_UNIT) {
    ones[x] = (uint16_t)(list.ones_end - entries);
    twos[x] = (uint16_t)(list.twos_start - entries);
    if (x == width) return;
    binary_list_add(&list, layer, (const uint32_t *)pixel, 0, words, place, (enum binary_listed)layer->state[BINARY_LISTED]);
  }
}

SEPARATE void binary_list_rows(struct binary_job *job, uint32_t y) {
  struct layer *layer = job->layer;
  const struct engine_layer *op = &layer->op;
  const uint32_t rows = op->pool_height, stride = op->stride_y, padding = op->padding_top;
  const uint32_t top = y * rows * stride, bottom = (y * rows + rows - 1) * stride + op->kernel_height;
  const uint32_t from = top < padding ? 0 : top - padding;
  const uint32_t end = bottom < padding + op->input_height ? bottom - padding : op->input_height;
  if (layer->state[BINARY_LISTED] == BINARY_UNDECIDED) {
    layer->state[BINARY_LISTED] = !PART_COMPLEMENT || job->all == NULL ? BINARY_INPUTS : binary_complement_choose(layer);
  }
  uint32_t made = layer->state[BINARY_ROWS_LISTED];
  if (made < from) made = from;
  for (; made < end; made++) list_row(job, made, job->lists + (size_t)(made % job->ring_rows) * job->row_items);
  layer->state[BINARY_ROWS_LISTED] = made;
  job->first_row = from;
  job->first_slot = from % job->ring_rows;
}

uint32_t binary_slice_rows(struct binary_job *job, const struct window *window) {
  const struct layer *layer = job->layer;
  const uint32_t width = layer->op.input_width, channels = layer->op.input_channels;
  const uint32_t from = (uint32_t)(window->left + (int32_t)window->from_x);
  const uint32_t to = (uint32_t)(window->left + (int32_t)window->to_x);
  struct binary_slice *slice = job->slices;
  uint32_t ones_listed = 0, twos_listed = 0;
  uint32_t slot = job->first_slot + (uint32_t)(window->top + (int32_t)window->from_y) - job->first_row;
  uintptr_t weights = (uintptr_t)layer->weights;
  const uintptr_t row_weights = (uintptr_t)layer->op.kernel_width * channels * WORD_BYTES;
  weights += window->from_y * row_weights - (uintptr_t)(intptr_t)window->left * channels * WORD_BYTES;
  for (uint32_t y = window->from_y; y < window->to_y; y++, slice++, slot++, weights += row_weights) {
    if (slot >= job->ring_rows) slot -= job->ring_rows;
    const uint16_t *ones = job->lists + (size_t)slot * job->row_items, *twos = ones + width + 1, *entries = twos + width + 1;
    *slice = (struct binary_slice){entries + ones[from], weights, entries + ones[to]};
    slice[job->slice_rows] = (struct binary_slice){entries + twos[to], weights, entries + twos[from]};
    ones_listed += (uint32_t)(ones[to] - ones[from]);
    twos_listed += (uint32_t)(twos[from] - twos[to]);
  }
  if (!PART_COMPLEMENT || layer->state[BINARY_LISTED] == BINARY_INPUTS) return ones_listed + 2 * twos_listed;
  const uint32_t inputs = (window->to_y - window->from_y) * (to - from) * channels;
  if (layer->state[BINARY_LISTED] == BINARY_APART) return inputs + ones_listed - twos_listed;
  return inputs * layer->op.input_planes - ones_listed - 2 * twos_listed;
}

bool binary_list_part(struct binary_job *job, const struct window *window, struct binary_place *at, uint32_t *activations) {
  const struct layer *layer = job->layer;
  const uint32_t channels = layer->op.input_channels, words = words_for(channels);
  struct binary_list list = {job->lists, job->lists + job->capacity};
  const size_t base = ((size_t)at->y * layer->op.kernel_width + at->x) * channels + (size_t)at->word * WORD_BITS;
  bool more = true;
  while (more) {
    const size_t tap = ((size_t)at->y * layer->op.kernel_width + at->x) * channels;
    const size_t place = tap + at->word * WORD_BITS - base;
    const size_t room = (size_t)(list.twos_start - list.ones_end), reach = BINARY_LIST_REACH - place;
    const size_t fitting = (place > BINARY_LIST_REACH ? 0 : room < reach ? room : reach) / WORD_BITS;
    const uint32_t count = fitting < words - at->word ? (uint32_t)fitting : words - at->word;
    if (count == 0) break;
    const uint32_t *pixel = (const uint32_t *)window_pixel(layer, window, at->y, at->x);
    binary_list_add(&list, layer, pixel, at->word, count, (uint32_t)place * BINARY_ENTRY_UNIT, BINARY_INPUTS);
    at->word += count;
    if (at->word < words) continue;
    at->word = 0;
    if (++at->x < window->to_x) continue;
    at->x = window->from_x;
    more = ++at->y < window->to_y;
  }
  const uint16_t *end = job->lists + job->capacity;
  const uintptr_t weights = (uintptr_t)layer->weights + base * WORD_BYTES;
  job->slices[0] = (struct binary_slice){job->lists, weights, list.ones_end};
  job->slices[1] = (struct binary_slice){list.twos_start, weights, end};
  *activations += (uint32_t)(list.ones_end - job->lists) + 2u * (uint32_t)(end - list.twos_start);
  return !more;
}
