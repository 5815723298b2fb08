#include "layer.h"

uint32_t words_for(uint32_t bits) { return (bits + WORD_BITS - 1) / WORD_BITS; }

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

uint64_t layer_weight_bytes(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (is_pool(op)) return 0;
  const bool binary = op->opcode == ENGINE_OPCODE_BINARY_CONVOLUTION;
  const uint32_t tap_bytes = binary ? words_for(op->input_channels) * WORD_BYTES : op->input_channels;
  return (uint64_t)layer->taps * layer->filters * tap_bytes;
}

uint64_t layer_window_bytes(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (is_pool(op)) return 0;
  /* Bits for int8 weights become bytes: the sum of their planes. */
  const bool spreads = op->opcode == ENGINE_OPCODE_INT8_CONVOLUTION && op->input_type == ENGINE_TYPE_BITS;
  return (uint64_t)layer->taps * (spreads ? op->input_channels : layer->pixel_bytes);
}

uint64_t layer_parameter_words(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  const uint32_t filters = layer->filters;
  if (op->opcode == ENGINE_OPCODE_MAX_POOL) {
    return op->input_type == ENGINE_TYPE_BITS ? op->input_planes * words_for(op->input_channels) : 0;
  }
  switch (op->output_type) {
    case ENGINE_TYPE_BITS: return (uint64_t)op->outputs_per_sum * (filters + words_for(filters));
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
  const uint32_t windows[] = {op->kernel_height, op->kernel_width, op->stride_y, op->stride_x};
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

/* Checks that the fields of an op go together. */
static bool is_sound(const struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  if (!is_set(ENGINE_READABLE_TYPES, op->opcode, op->input_type)) return false;
  if (op->input_planes != 1 && op->input_type != ENGINE_TYPE_BITS) return false;
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

bool layer_open(struct layer *layer, const struct engine_layer *op) {
  if (!is_small(op)) return false;
  *layer = (struct layer){
      .op = *op,
      .filters = op->outputs_per_sum == 2 && op->output_planes == 1 ? op->output_channels / 2 : op->output_channels,
      .taps = op->kernel_height * op->kernel_width,
      .pixel_bytes = bytes_of(op->input_type, op->input_channels, op->input_planes),
      .output_bytes = bytes_of(op->output_type, op->output_channels, op->output_planes),
  };
  return is_sound(layer);
}
