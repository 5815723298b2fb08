#include "layer.h"

static uint32_t bytes_of(uint32_t type, uint32_t channels, uint32_t planes) {
  switch (type) {
    case ENGINE_TYPE_BITS: return planes * words_for(channels) * WORD_BYTES;
    case ENGINE_TYPE_INT16: return planes * channels * 2;
    case ENGINE_TYPE_INT32: return planes * channels * 4;
    default: return planes * channels;
  }
}

static bool is_pool(const struct engine_layer *op) {
  return op->opcode == ENGINE_OPCODE_MAX_POOL || op->opcode == ENGINE_OPCODE_SUM_POOL;
}

static uint64_t whole_words(uint64_t bytes) { return (bytes + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES; }

uint64_t layer_weight_bytes(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (is_pool(op)) return 0;
  const bool binary = op->opcode == ENGINE_OPCODE_BINARY_CONVOLUTION;
  const uint32_t inputs = binary ? words_for(layer->filters) * WORD_BYTES : layer->filters;
  return (uint64_t)layer->taps * op->input_channels * inputs;
}

uint64_t layer_scratch_bytes(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (is_pool(op)) return 0;
  const bool binary = op->opcode == ENGINE_OPCODE_BINARY_CONVOLUTION;
  const uint32_t bytes = binary ? op->input_planes : op->input_type == ENGINE_TYPE_INT16 ? 2 : 1;
  const uint64_t pooled = layer_pools(layer) ? whole_words(layer->output_bytes) : 0;
  return whole_words((uint64_t)layer->taps * op->input_channels * bytes) + BLOCK_FILTERS * WORD_BYTES + pooled;
}

uint64_t layer_parameter_words(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  const uint32_t filters = layer->filters;
  if (op->opcode == ENGINE_OPCODE_MAX_POOL) {
    return op->input_type == ENGINE_TYPE_BITS ? op->input_planes * words_for(op->input_channels) : 0;
  }
  switch (op->output_type) {
    case ENGINE_TYPE_BITS: {
      /* Thresholds, bits that invert comparisons, and for a max-pool its mask. */
      const uint32_t rows_of_bits = layer_pools(layer) ? 2 : 1;
      return (uint64_t)op->outputs_per_sum * (filters + rows_of_bits * words_for(filters));
    }
    case ENGINE_TYPE_INT32: return filters;
    default: return (uint64_t)ENGINE_FIXED_POINT_WORDS * op->outputs_per_sum * filters;
  }
}

static bool is_in(uint32_t value, uint32_t least, uint32_t most) { return value >= least && value <= most; }

/* Looks a rule up in one of the tables of assembly/layout.ts. */
static bool is_set(uint32_t table, uint32_t row, uint32_t column) {
  return (table >> (4 * row + column) & 1) != 0;
}

/* Checks that sizes fit the format's fields, so that no product of them overflows, and are not 0, so that all
 * work of a pixel is on bytes that exist. Opcode, types and outputs per sum are within the tables of rules. */
static bool is_small(const struct engine_layer *op) {
  const uint32_t sizes[] = {op->input_height,  op->input_width,  op->input_channels,
                            op->output_height, op->output_width, op->output_channels};
  const uint32_t windows[] = {op->kernel_height, op->kernel_width, op->stride_y,
                              op->stride_x,      op->pool_height,  op->pool_width};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    if (!is_in(sizes[i], 1, ENGINE_MAX_SIZE)) return false;
  }
  for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
    if (!is_in(windows[i], 1, ENGINE_MAX_WINDOW)) return false;
  }
  if (op->padding_top >= op->kernel_height || op->padding_left >= op->kernel_width) return false;
  return is_in(op->opcode, ENGINE_OPCODE_INT8_CONVOLUTION, ENGINE_OPCODE_SUM_POOL) &&
         op->input_type <= ENGINE_TYPE_INT16 && op->output_type <= ENGINE_TYPE_INT16 &&
         is_in(op->input_planes, 1, ENGINE_MAX_PLANES) && is_in(op->output_planes, 1, ENGINE_MAX_PLANES) &&
         op->outputs_per_sum <= ENGINE_MAX_OUTPUTS_PER_SUM && op->shift <= ENGINE_MAX_SHIFT &&
         op->addend_channels <= ENGINE_MAX_SIZE;
}

/* Checks that each window in one direction has a tap inside of the input. */
static bool is_inside(uint32_t outputs, uint32_t stride, uint32_t padding, uint32_t inputs) {
  return (uint64_t)(outputs - 1) * stride < (uint64_t)inputs + padding;
}

/* Checks that the fields of an op go together. */
static bool is_sound(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (!is_set(ENGINE_READABLE_TYPES, op->opcode, op->input_type)) return false;
  if (op->input_planes != 1 && op->input_type != ENGINE_TYPE_BITS) return false;
  if (!is_inside(layer->convolution_height, op->stride_y, op->padding_top, op->input_height)) return false;
  if (!is_inside(layer->convolution_width, op->stride_x, op->padding_left, op->input_width)) return false;
  const bool pooled = op->pool_height != 1 || op->pool_width != 1;
  if (pooled && (is_pool(op) || op->output_type == ENGINE_TYPE_INT32 || op->addend_channels != 0)) return false;
  if (op->opcode == ENGINE_OPCODE_MAX_POOL) {
    return op->output_type == op->input_type && op->output_channels == op->input_channels &&
           op->output_planes == op->input_planes && op->outputs_per_sum == 0;
  }
  if (!is_set(ENGINE_VALID_OUTPUTS_PER_SUM, op->output_type, op->outputs_per_sum)) return false;
  if (op->output_planes != 1 && !(op->output_type == ENGINE_TYPE_BITS && op->outputs_per_sum == 2)) return false;
  if (layer->filters != op->output_channels && layer->filters * 2 != op->output_channels) return false;
  if (op->opcode != ENGINE_OPCODE_SUM_POOL) return true;
  return op->input_channels % layer->filters == 0 &&
         op->input_channels / layer->filters <= ENGINE_MAX_POOLED_CHANNELS;
}

void layer_complete(struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  layer->filters = op->outputs_per_sum == 2 && op->output_planes == 1 ? op->output_channels / 2 : op->output_channels;
  layer->taps = op->kernel_height * op->kernel_width;
  layer->pixel_bytes = bytes_of(op->input_type, op->input_channels, op->input_planes);
  layer->output_bytes = bytes_of(op->output_type, op->output_channels, op->output_planes);
  layer->convolution_height = op->output_height * op->pool_height;
  layer->convolution_width = op->output_width * op->pool_width;
}

void layer_set(struct layer *layer, const struct engine_layer *op) {
  *layer = (struct layer){.op = *op};
  layer_complete(layer);
}

bool layer_open(struct layer *layer, const struct engine_layer *op) {
  if (!is_small(op)) return false;
  layer_set(layer, op);
  return is_sound(layer);
}
