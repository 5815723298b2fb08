#include "binary-job.h"

#include "binary-scales.h"
#include "binary-thresholds.h"
#include "put.h"

static const uint32_t MAX_BOUND = UINT32_C(1) << 30;

static uint64_t round_up(uint64_t bytes, uint64_t unit) { return (bytes + unit - 1) / unit * unit; }

static uint32_t parameter_bytes(const struct binary_job *job) {
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

/* Parameters come first: they are small and of use with any lists. */
static void divide(struct binary_job *job) {
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
  if (entries <= BINARY_LIST_REACH && rest >= 8 + slice_bytes + carry_bytes + ring_rows * row_items * 2) {
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
    if ((uint64_t)op->kernel_width * op->input_channels > BINARY_LIST_REACH || rest < all_bytes + total_bytes) return;
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
static bool prepare(struct binary_job *job) {
  struct layer *layer = job->layer;
  if (job->parameters == NULL) return false;
  if (layer_gives_numbers(layer)) return binary_scales_make(layer, job->bound, job->parameters);
  binary_thresholds_make(layer, job->bound, job->parameters);
  return true;
}

void binary_job_open(struct binary_job *job, struct layer *layer) {
  *job = (struct binary_job){.layer = layer};
  const uint64_t bound = (uint64_t)layer->taps * layer->op.input_channels * layer->op.input_planes;
  /* Sums of a valid model are smaller. */
  job->bound = bound < UINT32_MAX ? (uint32_t)bound : UINT32_MAX;
  job->planes = binary_threshold_planes(job->bound <= MAX_BOUND ? job->bound : MAX_BOUND);
  divide(job);
  if (layer->state[BINARY_PREPARED] == NOT_PREPARED) {
    layer->state[BINARY_PREPARED] = prepare(job) ? WITH_PARAMETERS : WITHOUT_PARAMETERS;
  }
  if (layer->state[BINARY_PREPARED] == WITH_PARAMETERS) return;
  job->parameters = NULL;
  put_prepare(layer, bound);
}
