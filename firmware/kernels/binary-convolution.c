#include "binary-convolution.h"

#include "binary-complement.h"
#include "binary-counters.h"
#include "binary-lists.h"
#include "binary-scales.h"
#include "binary-thresholds.h"
#include "binary-transpose.h"
#include "poll.h"
#include "put.h"
#include "window.h"

#include <string.h>

/* What a layer remembers from row to row. */
enum { ROWS_LISTED, PREPARED, LISTED };
enum { NOT_PREPARED, WITHOUT_PARAMETERS, WITH_PARAMETERS };
enum { UNDECIDED, INPUTS, MISSING, MISSING_WITH_TOTALS };

/* Counters are transposed 16 planes at a time; what add_words may write beyond the planes of the largest counter. */
enum { TRANSPOSED_PLANES = 16, SPARE_PLANES = 6, LOW_PLANES = 18, MAX_BOUND = 1 << 30, MAX_OFFSET = UINT16_MAX / BINARY_ENTRY_UNIT };

/* A layer with its scratch memory. */
struct job {
  struct layer *layer;
  uint32_t bound;            /* the limit of a sum */
  uint32_t planes;           /* of a threshold, or of a counter */
  void *parameters;          /* sliced thresholds or scales, or NULL: there is no room for them */
  struct binary_slice *slices;
  struct binary_slice own[2];
  uint32_t slice_rows;       /* slices of value 1; those of value 2 follow */
  uint32_t *carries;
  uint16_t *lists;           /* of a ring of rows, or of a part of a window */
  uint32_t ring_rows;        /* 0: a part of a window */
  uint32_t row_items;        /* the starts of the pixels' ones and twos, then their entries */
  uint32_t first_row, first_slot; /* of the rows that the current row of output needs */
  uint32_t capacity;         /* entries of a part of a window */
  uint16_t *all;             /* the list of all inputs of a row of a window, or NULL: there is no room to list what is missing */
  uint32_t *totals;          /* [blocks][planes] sums of all weights, of a window that is inside and of the last other one */
  struct window clipped;     /* that window */
};

static uint64_t round_up(uint64_t bytes, uint64_t unit) { return (bytes + unit - 1) / unit * unit; }

static uint32_t parameter_bytes(const struct job *job) {
  const struct engine_layer *op = &job->layer->op;
  if (layer_gives_numbers(job->layer)) return binary_scale_count(job->layer) * (uint32_t)sizeof(struct binary_scale);
  if (!layer_gives_bits(job->layer)) return 0;
  return words_for(job->layer->filters) * op->outputs_per_sum * job->planes * WORD_BYTES;
}

/* Takes memory from the start of what is left. */
static void *take(uint8_t **at, size_t *rest, uint64_t bytes) {
  uint8_t *taken = *at;
  *at += bytes;
  *rest -= (size_t)bytes;
  return taken;
}

/* Divides the scratch memory: prepared parameters, then lists of rows, which are the fastest; with less memory, the list of a
 * window, or of the part of a window that there is memory for. */
static void divide(struct job *job) {
  struct layer *layer = job->layer;
  const struct engine_layer *op = &layer->op;
  const uint64_t pooled = layer_pools(layer) ? round_up(layer->output_bytes, WORD_BYTES) : 0;
  uint8_t *at = layer->scratch + pooled;
  size_t rest = layer->scratch_bytes - (size_t)pooled;
  const uint64_t inputs = (uint64_t)layer->taps * op->input_channels;
  const uint64_t window_bytes = round_up(inputs + 2 * WORD_BITS, 2) * 2 + binary_carries(inputs, 2) * WORD_BYTES;
  const uint32_t bytes = parameter_bytes(job);
  if (bytes > 0 && job->bound <= MAX_BOUND && rest >= window_bytes + bytes) job->parameters = take(&at, &rest, bytes);

  const uint64_t entries = (uint64_t)op->input_width * op->input_channels;
  const uint64_t row_items = round_up(2 * (op->input_width + 1) + entries, 2);
  const uint64_t rows = op->kernel_height + (op->pool_height - 1) * (uint64_t)op->stride_y;
  const uint64_t ring_rows = rows < op->input_height ? rows : op->input_height;
  const uint64_t slice_bytes = 2 * op->kernel_height * sizeof(struct binary_slice);
  const uint64_t carry_bytes = binary_carries(inputs, 2 * op->kernel_height) * WORD_BYTES;
  if (entries <= MAX_OFFSET && rest >= 8 + slice_bytes + carry_bytes + ring_rows * row_items * 2) {
    take(&at, &rest, (0 - (uintptr_t)at) % sizeof(uintptr_t));
    job->slices = take(&at, &rest, slice_bytes);
    job->slice_rows = op->kernel_height;
    job->carries = take(&at, &rest, carry_bytes);
    job->lists = (uint16_t *)at;
    job->ring_rows = (uint32_t)ring_rows;
    job->row_items = (uint32_t)row_items;
    take(&at, &rest, ring_rows * row_items * 2);
    const uint64_t all_bytes = round_up((uint64_t)op->kernel_width * op->input_channels * 2, WORD_BYTES);
    const uint64_t total_bytes = 2 * words_for(layer->filters) * (uint64_t)(job->planes * WORD_BYTES);
    if ((uint64_t)op->kernel_width * op->input_channels > MAX_OFFSET || rest < all_bytes + total_bytes) return;
    job->totals = take(&at, &rest, total_bytes);
    job->all = (uint16_t *)at;
    return;
  }
  /* Two bytes for an entry, and four for the carries of eight. */
  const size_t carries = (size_t)binary_carries(0, 2) * WORD_BYTES, most = (size_t)(inputs + 2 * WORD_BITS);
  const size_t fitting = (rest - carries) / 20 * 8;
  job->slices = job->own;
  job->slice_rows = 1;
  job->capacity = (uint32_t)(fitting < most ? fitting : most / 8 * 8);
  job->carries = take(&at, &rest, carries + job->capacity / 8 * WORD_BYTES);
  job->lists = (uint16_t *)at;
}

/* Makes sliced thresholds or scales, before the first row. Without them, put_sums takes their place. */
static bool prepare(struct job *job) {
  struct layer *layer = job->layer;
  if (job->parameters == NULL) return false;
  if (layer_gives_numbers(layer)) return binary_scales_make(layer, job->bound, job->parameters);
  binary_thresholds_make(layer, job->bound, job->parameters);
  return true;
}

static void open_job(struct job *job) {
  struct layer *layer = job->layer;
  const uint64_t bound = (uint64_t)layer->taps * layer->op.input_channels * layer->op.input_planes;
  /* Sums of a valid model are smaller. */
  job->bound = bound < UINT32_MAX ? (uint32_t)bound : UINT32_MAX;
  job->planes = binary_threshold_planes(job->bound <= MAX_BOUND ? job->bound : MAX_BOUND);
  divide(job);
  if (layer->state[PREPARED] == NOT_PREPARED) layer->state[PREPARED] = prepare(job) ? WITH_PARAMETERS : WITHOUT_PARAMETERS;
  if (layer->state[PREPARED] == WITH_PARAMETERS) return;
  job->parameters = NULL;
  put_prepare(layer, bound);
}

static void list_row(const struct job *job, uint32_t y, uint16_t *row) {
  const struct layer *layer = job->layer;
  const uint32_t width = layer->op.input_width, channels = layer->op.input_channels, words = words_for(channels);
  uint16_t *ones = row, *twos = row + width + 1, *entries = twos + width + 1;
  const uint8_t *pixel = layer->image + (size_t)y * width * layer->pixel_bytes;
  struct binary_list list = {entries, entries + width * channels, layer->state[LISTED] >= MISSING ? UINT32_MAX : 0};
  for (uint32_t x = 0, place = 0;; x++, pixel += layer->pixel_bytes, place += channels * BINARY_ENTRY_UNIT) {
    ones[x] = (uint16_t)(list.ones_end - entries);
    twos[x] = (uint16_t)(list.twos_start - entries);
    if (x == width) return;
    binary_list_add(&list, layer, (const uint32_t *)pixel, 0, words, place);
  }
}

/* Lists the rows of the image for row y of the output, except those that are already listed. */
static void list_rows(struct job *job, uint32_t y) {
  struct layer *layer = job->layer;
  const struct engine_layer *op = &layer->op;
  const uint32_t rows = op->pool_height, stride = op->stride_y, padding = op->padding_top;
  const uint32_t top = y * rows * stride, bottom = (y * rows + rows - 1) * stride + op->kernel_height;
  const uint32_t from = top < padding ? 0 : top - padding;
  const uint32_t end = bottom < padding + op->input_height ? bottom - padding : op->input_height;
  if (layer->state[LISTED] == UNDECIDED) {
    layer->state[LISTED] = job->all != NULL && binary_complement_pays(layer) ? MISSING : INPUTS;
  }
  uint32_t made = layer->state[ROWS_LISTED];
  if (made < from) made = from;
  for (; made < end; made++) list_row(job, made, job->lists + (size_t)(made % job->ring_rows) * job->row_items);
  layer->state[ROWS_LISTED] = made;
  job->first_row = from;
  job->first_slot = from % job->ring_rows;
}

/* Finds the window's slices in the lists of rows. Returns the sum of its activations. */
static uint32_t slice_rows(struct job *job, const struct window *window) {
  const struct layer *layer = job->layer;
  const uint32_t width = layer->op.input_width, channels = layer->op.input_channels;
  const uint32_t from = (uint32_t)(window->left + (int32_t)window->from_x);
  const uint32_t to = (uint32_t)(window->left + (int32_t)window->to_x);
  struct binary_slice *slice = job->slices;
  uint32_t activations = 0;
  uint32_t slot = job->first_slot + (uint32_t)(window->top + (int32_t)window->from_y) - job->first_row;
  uintptr_t weights = (uintptr_t)layer->weights;
  const uintptr_t row_weights = (uintptr_t)layer->op.kernel_width * channels * WORD_BYTES;
  weights += window->from_y * row_weights - (uintptr_t)(intptr_t)window->left * channels * WORD_BYTES;
  for (uint32_t y = window->from_y; y < window->to_y; y++, slice++, slot++, weights += row_weights) {
    if (slot >= job->ring_rows) slot -= job->ring_rows;
    const uint16_t *ones = job->lists + (size_t)slot * job->row_items, *twos = ones + width + 1, *entries = twos + width + 1;
    *slice = (struct binary_slice){entries + ones[from], weights, entries + ones[to]};
    slice[job->slice_rows] = (struct binary_slice){entries + twos[to], weights, entries + twos[from]};
    activations += (uint32_t)(ones[to] - ones[from]) + 2u * (uint32_t)(twos[from] - twos[to]);
  }
  return activations;
}

/* Returns planes of the sums of all weights of a window, [blocks][planes]. */
static const uint32_t *totals_of(struct job *job, const struct window *window) {
  struct layer *layer = job->layer;
  const uint32_t blocks = words_for(layer->filters), channels = layer->op.input_channels, rows = window->to_y - window->from_y;
  const uint32_t columns = window->to_x - window->from_x;
  const bool is_inside = rows * columns == layer->taps;
  struct window *last = &job->clipped;
  uint32_t *totals = job->totals + (is_inside ? 0 : blocks * job->planes);
  if (is_inside ? layer->state[LISTED] == MISSING_WITH_TOTALS
                : last->from_y == window->from_y && last->to_y == window->to_y && last->from_x == window->from_x &&
                      last->to_x == window->to_x) {
    return totals;
  }
  if (is_inside) layer->state[LISTED] = MISSING_WITH_TOTALS;
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

/* A place in a window. */
struct place {
  uint32_t y, x, word;
};

/* Lists a part of a window from a place on, and moves the place behind it. Returns whether it is the last part. Adds to
 * the sum of activations. */
static bool list_part(struct job *job, const struct window *window, struct place *at, uint32_t *activations) {
  const struct layer *layer = job->layer;
  const uint32_t channels = layer->op.input_channels, words = words_for(channels);
  struct binary_list list = {job->lists, job->lists + job->capacity, 0};
  const size_t base = ((size_t)at->y * layer->op.kernel_width + at->x) * channels + (size_t)at->word * WORD_BITS;
  bool more = true;
  while (more) {
    const size_t tap = ((size_t)at->y * layer->op.kernel_width + at->x) * channels;
    const size_t place = tap + at->word * WORD_BITS - base;
    const size_t room = (size_t)(list.twos_start - list.ones_end), reach = MAX_OFFSET - place;
    const size_t fitting = (place > MAX_OFFSET ? 0 : room < reach ? room : reach) / WORD_BITS;
    const uint32_t count = fitting < words - at->word ? (uint32_t)fitting : words - at->word;
    if (count == 0) break;
    const uint32_t *pixel = (const uint32_t *)window_pixel(layer, window, at->y, at->x);
    binary_list_add(&list, layer, pixel, at->word, count, (uint32_t)place * BINARY_ENTRY_UNIT);
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

/* Returns what binary_add needs for the slices of `rows` rows. */
static struct binary_slices slices_of(const struct job *job, uint32_t rows) {
  const struct binary_slice *ones = job->slices, *twos = ones + job->slice_rows;
  return (struct binary_slices){ones, ones + rows, twos, job->layer->op.input_planes == 2 ? twos + rows : twos, job->carries};
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
static void make_pixel(struct job *job, uint32_t y, uint32_t x, uint8_t *to, const int16_t *addend) {
  const struct layer *layer = job->layer;
  const struct engine_layer *op = &layer->op;
  const struct window window = window_at(layer, y, x);
  const struct place start = {window.from_y, window.from_x, 0};
  struct place at = start;
  uint32_t activations = 0, rows = 1;
  bool whole = true;
  const uint32_t *totals = NULL;
  if (job->ring_rows != 0) {
    rows = window.to_y - window.from_y;
    if (layer->state[LISTED] != INPUTS) totals = totals_of(job, &window);
    activations = slice_rows(job, &window);
    if (totals != NULL) activations = rows * (window.to_x - window.from_x) * op->input_channels * op->input_planes - activations;
  } else {
    whole = list_part(job, &window, &at, &activations);
    for (bool last = whole; !last;) last = list_part(job, &window, &at, &activations);
  }
  const struct binary_slices slices = slices_of(job, rows);
  put_open(layer, to);
  const bool compares = layer_gives_bits(layer) && job->parameters != NULL;
  const uint32_t begin = compares ? job->bound - activations : 0;
  const uint32_t *thresholds = job->parameters;
  const uint32_t cleared = job->planes + SPARE_PLANES <= LOW_PLANES ? LOW_PLANES : BINARY_PLANES;
  const uint32_t width = compares ? job->planes - 1 : job->planes > TRANSPOSED_PLANES ? 2 * TRANSPOSED_PLANES : TRANSPOSED_PLANES;
  const uintptr_t block_bytes = (uintptr_t)layer->taps * op->input_channels * WORD_BYTES;
  uintptr_t block = 0;
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS, block += block_bytes) {
    uint32_t planes[BINARY_PLANES];
    for (uint32_t i = 0; i < cleared; i += 6) planes[i] = planes[i + 1] = planes[i + 2] = planes[i + 3] = planes[i + 4] = planes[i + 5] = 0;
    if (totals != NULL) {
      binary_complement_begin(planes, width, totals, job->planes, op->input_planes - 1, begin >> 1);
    }
    else for (uint32_t i = 0, bits = begin >> 1; bits != 0; i++, bits >>= 1) planes[i] = 0 - (bits & 1);
    if (whole) {
      binary_add(planes, &slices, block);
    } else {
      uint32_t again = 0;
      at = start;
      for (bool last = false; !last;) {
        last = list_part(job, &window, &at, &again);
        binary_add(planes, &slices, block);
      }
    }
    if (totals != NULL) {
      binary_complement_end(planes, width);
      totals += job->planes;
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
  const struct engine_layer *op = &layer->op;
  struct job job = {.layer = layer};
  open_job(&job);
  if (job.ring_rows != 0) list_rows(&job, y);
  uint8_t *to = layer->output + (size_t)y * op->output_width * layer->output_bytes;
  const int16_t *addend = layer->addend == NULL ? NULL : layer->addend + (size_t)y * op->output_width * op->addend_channels;
  for (uint32_t x = 0; x < op->output_width; x++, to += layer->output_bytes) {
    for (uint32_t i = 0; i < op->pool_height; i++) {
      for (uint32_t j = 0; j < op->pool_width; j++) {
        const bool is_first = i == 0 && j == 0;
        make_pixel(&job, y * op->pool_height + i, x * op->pool_width + j, is_first ? to : layer->scratch, addend);
        if (PART_OUTPUT_POOL && !is_first) put_larger(layer, to, layer->scratch);
        if (!kernel_may_continue()) return false;
      }
    }
    if (addend != NULL) addend += op->addend_channels;
  }
  return true;
}
