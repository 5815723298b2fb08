#include "binary-job.h"

#include "binary-scales.h"
#include "binary-thresholds.h"
#include "put.h"

static const uint32_t MAX_BOUND = UINT32_C(1) << 30;

/* Sizes do not overflow a size_t: the least scratch memory has a byte for each input of a window and plane. */
static size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) & ~(unit - 1); }

static size_t parameter_bytes(const struct binary_job *job) {
  const struct layer *layer = job->layer;
  if (layer_gives_numbers(layer)) return binary_scale_count(layer) * sizeof(struct binary_scale);
  if (!layer_gives_bits(layer)) return 0;
  return words_for(layer->filters) * layer->op.outputs_per_sum * job->planes * WORD_BYTES;
}

/* Takes memory from the start of what is left. */
static void *take(struct binary_job *job, size_t bytes) {
  uint8_t *taken = job->free;
  job->free += bytes;
  return taken;
}

static size_t rest_of(const struct binary_job *job) {
  return (size_t)(job->layer->scratch + job->layer->scratch_bytes - job->free);
}

/* Divides memory for lists of rows. Returns false if it is too small. */
static bool divide_rows(struct binary_job *job, size_t inputs) {
  const struct engine_layer *op = &job->layer->op;
  const size_t entries = op->input_width * op->input_channels;
  if (entries > BINARY_LIST_REACH) return false;
  const size_t row_items = round_up(2 * (op->input_width + 1) + entries, 2);
  const uint32_t rows = op->kernel_height + (op->pool_height - 1) * op->stride_y;
  const uint32_t ring_rows = rows < op->input_height ? rows : op->input_height;
  const size_t slice_bytes = 2 * op->kernel_height * sizeof(struct binary_slice);
  const size_t carry_bytes = binary_carries(inputs, 2 * op->kernel_height) * WORD_BYTES;
  const size_t fixed = 8 + slice_bytes + carry_bytes, rest = rest_of(job);
  if (rest < fixed || (rest - fixed) / (row_items * 2) < ring_rows) return false;
  take(job, (0 - (uintptr_t)job->free) % sizeof(uintptr_t));
  job->slices = take(job, slice_bytes);
  job->slice_rows = op->kernel_height;
  job->carries = take(job, carry_bytes);
  job->lists = take(job, ring_rows * row_items * 2);
  job->ring_rows = ring_rows;
  job->row_items = (uint32_t)row_items;
  return true;
}

/* Divides memory for the sums of all weights, if there is enough. */
static void divide_totals(struct binary_job *job) {
  const struct engine_layer *op = &job->layer->op;
  const size_t row = op->kernel_width * op->input_channels;
  const size_t all_bytes = round_up(row * 2, WORD_BYTES);
  const size_t total_bytes = 2 * words_for(job->layer->filters) * job->planes * WORD_BYTES;
  if (row > BINARY_LIST_REACH || rest_of(job) < all_bytes + total_bytes) return;
  job->totals = take(job, total_bytes);
  job->all = take(job, all_bytes);
}

/* Divides memory for lists of parts of windows. */
static void divide_parts(struct binary_job *job, size_t inputs) {
  /* Two bytes for an entry, and four for the carries of eight. */
  const size_t carries = binary_carries(0, 2) * WORD_BYTES, most = (inputs + 2 * WORD_BITS) / 8 * 8;
  const size_t fitting = (rest_of(job) - carries) / 20 * 8;
  job->slices = job->own;
  job->slice_rows = 1;
  job->capacity = (uint32_t)(fitting < most ? fitting : most);
  job->carries = take(job, carries + job->capacity / 8 * WORD_BYTES);
  job->lists = take(job, job->capacity * 2);
}

/* Divides the layer's scratch memory. Parameters come first: they are small and of use with any lists. */
static void divide(struct binary_job *job) {
  struct layer *layer = job->layer;
  const size_t inputs = (size_t)layer->taps * layer->op.input_channels;
  job->free = layer->scratch;
  if (layer_pools(layer)) take(job, round_up(layer->output_bytes, WORD_BYTES));
  const size_t window_bytes = round_up(inputs + 2 * WORD_BITS, 2) * 2 + binary_carries(inputs, 2) * WORD_BYTES;
  const size_t bytes = parameter_bytes(job);
  if (bytes > 0 && job->bound <= MAX_BOUND && rest_of(job) >= window_bytes + bytes) job->parameters = take(job, bytes);
  if (divide_rows(job, inputs)) divide_totals(job);
  else divide_parts(job, inputs);
}

/* Makes sliced thresholds or scales, before the first row. Without them, put_sums takes their place. */
static bool prepare(struct binary_job *job) {
  struct layer *layer = job->layer;
  if (job->parameters == NULL) return false;
  if (layer_gives_numbers(layer)) return binary_scales_make(layer, job->bound, job->parameters);
  binary_thresholds_make(layer, job->bound, job->parameters);
  return true;
}

SEPARATE void binary_job_open(struct binary_job *job, struct layer *layer) {
  *job = (struct binary_job){.layer = layer};
  /* No more than the bytes of scratch memory. */
  job->bound = layer->taps * layer->op.input_channels * layer->op.input_planes;
  job->planes = binary_threshold_planes(job->bound <= MAX_BOUND ? job->bound : MAX_BOUND);
  divide(job);
  if (layer->state[BINARY_PREPARED] == NOT_PREPARED) {
    layer->state[BINARY_PREPARED] = prepare(job) ? WITH_PARAMETERS : WITHOUT_PARAMETERS;
  }
  if (layer->state[BINARY_PREPARED] == WITH_PARAMETERS) return;
  job->parameters = NULL;
  put_prepare(layer, job->bound);
}
