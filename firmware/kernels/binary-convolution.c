#include "binary-convolution.h"

#include "binary-complement.h"
#include "binary-scales.h"
#include "binary-thresholds.h"
#include "binary-transpose.h"
#include "binary-windows.h"
#include "put.h"

#include <string.h>

/* Counters are transposed 16 planes at a time. Carries may go to a few planes more than the largest counter has. */
enum { TRANSPOSED_PLANES = 16, SPARE_PLANES = 6, LOW_PLANES = 18 };

/* Returns planes of the sums of all weights of a window, [blocks][planes]. */
static const uint32_t *totals_of(struct binary_job *job, const struct window *window) {
  struct layer *layer = job->layer;
  const uint32_t blocks = words_for(layer->filters), channels = layer->op.input_channels, rows = window->to_y - window->from_y;
  const uint32_t columns = window->to_x - window->from_x;
  const bool is_inside = rows * columns == layer->taps;
  struct window *last = &job->clipped;
  uint32_t *totals = job->totals + (is_inside ? 0 : blocks * job->planes);
  if (is_inside ? layer->state[BINARY_HAS_TOTALS] != 0
                : last->from_y == window->from_y && last->to_y == window->to_y && last->from_x == window->from_x &&
                      last->to_x == window->to_x) {
    return totals;
  }
  if (is_inside) layer->state[BINARY_HAS_TOTALS] = 1;
  else *last = *window;
  for (uint32_t i = 0; i < columns * channels; i++) job->all[i] = (uint16_t)(i * BINARY_ENTRY_UNIT);
  for (uint32_t i = 0; i < rows; i++) {
    const size_t tap = (size_t)(window->from_y + i) * layer->op.kernel_width + window->from_x;
    const uintptr_t weights = (uintptr_t)layer->weights + tap * channels * WORD_BYTES;
    job->slices[i] = (struct binary_slice){job->all, weights, job->all + columns * channels};
  }
  const struct binary_slices slices = {job->slices, job->slices + rows, job->slices, job->slices, job->carries};
  for (uint32_t block = 0; block < blocks; block++) {
    uint32_t planes[BINARY_PLANES] = {0};
    binary_add(planes, &slices, (uintptr_t)block * layer->taps * channels * WORD_BYTES);
    memcpy(totals + block * job->planes, planes, job->planes * WORD_BYTES);
  }
  return totals;
}

/* Returns what binary_add needs for the slices of `rows` rows. */
static struct binary_slices slices_of(const struct binary_job *job, uint32_t rows) {
  const struct binary_slice *ones = job->slices, *twos = ones + job->slice_rows;
  const struct binary_slice *twos_end = job->layer->op.input_planes == 2 ? twos + rows : twos;
  return (struct binary_slices){ones, ones + rows, twos, twos_end, job->carries};
}

/* Adds the parts of a window to the counters of a block. */
static void add_parts(struct binary_job *job, const struct window *window, const struct binary_slices *slices, uintptr_t block,
                      uint32_t *planes) {
  struct binary_place at = {window->from_y, window->from_x, 0};
  uint32_t activations = 0;
  for (bool last = false; !last;) {
    last = binary_list_part(job, window, &at, &activations);
    binary_add(planes, slices, block);
  }
}

/* Makes the counters of a block from the sums of all weights, plus `more`, and what is listed instead of inputs. */
static void add_to_totals(const struct binary_job *job, const struct binary_slices *slices, uintptr_t block,
                          const uint32_t *totals, uint32_t *planes, uint32_t width, uint32_t more) {
  const bool apart = job->layer->state[BINARY_LISTED] == BINARY_APART;
  const uint32_t doubled = !apart && job->layer->op.input_planes == 2;
  binary_complement_begin(planes, width, totals, job->planes, doubled, more);
  if (!apart) {
    binary_add(planes, slices, block);
    binary_complement_end(planes, width);
    return;
  }
  const struct binary_slices zeros = {slices->twos, slices->twos_end, slices->twos, slices->twos, slices->carries};
  const struct binary_slices twos = {slices->ones, slices->ones_end, slices->twos, slices->twos, slices->carries};
  binary_add(planes, &zeros, block);
  binary_complement_end(planes, width);
  binary_add(planes, &twos, block);
}

/* Transposes planes of counters and calls put_sums. */
static void put_counters(const struct layer *layer, uint8_t *to, const int16_t *addend, uint32_t first, uint32_t *planes,
                         uint32_t used, uint32_t activations) {
  uint32_t sums[BLOCK_FILTERS];
  binary_transpose(planes);
  for (uint32_t i = 0; i < TRANSPOSED_PLANES; i++) {
    sums[i] = 2 * (planes[i] & 0xffff) - activations;
    sums[i + TRANSPOSED_PLANES] = 2 * (planes[i] >> 16) - activations;
  }
  if (used > TRANSPOSED_PLANES) {
    uint32_t *high = planes + TRANSPOSED_PLANES;
    binary_transpose(high);
    for (uint32_t i = 0; i < TRANSPOSED_PLANES; i++) {
      sums[i] += high[i] << 17;
      sums[i + TRANSPOSED_PLANES] += high[i] >> 16 << 17;
    }
  }
  put_sums(layer, to, addend, first, block_filters(layer, first), sums);
}

/* Makes one pixel of the convolution. */
static void make_pixel(void *context, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  struct binary_job *job = context;
  const struct layer *layer = job->layer;
  const struct engine_layer *op = &layer->op;
  const struct window window = window_at(layer, y, x);
  struct binary_place at = {window.from_y, window.from_x, 0};
  uint32_t activations = 0, rows = 1;
  bool whole = true;
  const uint32_t *totals = NULL;
  if (!PART_LIST_PARTS || job->ring_rows != 0) {
    rows = window.to_y - window.from_y;
    if (PART_COMPLEMENT && layer->state[BINARY_LISTED] != BINARY_INPUTS) totals = totals_of(job, &window);
    activations = binary_slice_rows(job, &window);
  } else {
    whole = binary_list_part(job, &window, &at, &activations);
    for (bool last = whole; !last;) last = binary_list_part(job, &window, &at, &activations);
  }
  const struct binary_slices slices = slices_of(job, rows);
  put_open(layer, to);
  const bool compares = !PART_COUNTERS || (layer_gives_bits(layer) && job->parameters != NULL);
  const uint32_t begin = compares ? job->bound - activations : 0;
  const uint32_t *thresholds = job->parameters;
  const uint32_t cleared = job->planes + SPARE_PLANES <= LOW_PLANES ? LOW_PLANES : BINARY_PLANES;
  const uint32_t transposed = job->planes > TRANSPOSED_PLANES ? 2 * TRANSPOSED_PLANES : TRANSPOSED_PLANES;
  const uint32_t width = compares ? job->planes - 1 : transposed;
  const uintptr_t block_bytes = (uintptr_t)layer->taps * op->input_channels * WORD_BYTES;
  uintptr_t block = 0;
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS, block += block_bytes) {
    uint32_t planes[BINARY_PLANES];
    for (uint32_t i = 0; i < cleared; i += 6) {
      planes[i] = planes[i + 1] = planes[i + 2] = planes[i + 3] = planes[i + 4] = planes[i + 5] = 0;
    }
    if (PART_COMPLEMENT && totals != NULL) {
      add_to_totals(job, &slices, block, totals, planes, width, begin >> 1);
      totals += job->planes;
    } else {
      for (uint32_t i = 0, bits = begin >> 1; bits != 0; i++, bits >>= 1) planes[i] = 0 - (bits & 1);
      if (!PART_LIST_PARTS || whole) binary_add(planes, &slices, block);
      else add_parts(job, &window, &slices, block, planes);
    }
    if (compares) {
      for (uint32_t output = 0; output < op->outputs_per_sum; output++, thresholds += job->planes) {
        put_bits(layer, to, first, output, binary_compare(0 - (begin & 1), planes, thresholds, job->planes));
      }
    } else if (PART_FIXED_POINT && job->parameters != NULL) {
      binary_transpose(planes);
      binary_scales_put(layer, job->parameters, to, addend, first, planes, activations);
    } else {
      put_counters(layer, to, addend, first, planes, job->planes, activations);
    }
  }
}

bool binary_convolution_row(struct layer *layer, uint32_t y) {
  struct binary_job job;
  binary_job_open(&job, layer);
  if (!PART_LIST_PARTS || job.ring_rows != 0) binary_list_rows(&job, y);
  return put_row(layer, y, make_pixel, &job);
}
