#include "run-network.h"

#include <string.h>

/* The shape of a tensor, and its place. */
struct tensor {
  uint32_t height, width, channels, type, planes, place;
};

static struct tensor tensor_at(const IN_FLASH struct network_constants *network, uint32_t index) {
  if (index == 0) {
    return (struct tensor){network->height, network->width, network->channels, ENGINE_TYPE_U8, 1, network->image};
  }
  const IN_FLASH struct op_constants *op = &network->ops[index - 1];
  return (struct tensor){op->height, op->width, op->channels, op->type, op->planes, op->output};
}

static uint32_t *copy(uint32_t *to, const IN_FLASH uint32_t *from, uint32_t words) {
  while (words-- > 0) *to++ = *from++;
  return to;
}

static void open_layer(const IN_FLASH struct network_constants *network, const struct network_run *run, struct layer *layer) {
  const IN_FLASH struct op_constants *op = &network->ops[run->op];
  const struct tensor input = tensor_at(network, op->input);
  const struct tensor addend = tensor_at(network, op->addend);
  memset(layer, 0, sizeof *layer);
  struct engine_layer *numbers = &layer->op;
  numbers->opcode = op->opcode;
  numbers->outputs_per_sum = op->outputs_per_sum;
  numbers->shift = op->shift;
  numbers->kernel_height = op->kernel_height;
  numbers->kernel_width = op->kernel_width;
  numbers->stride_y = op->stride_y;
  numbers->stride_x = op->stride_x;
  numbers->padding_top = op->padding_top;
  numbers->padding_left = op->padding_left;
  numbers->pool_height = op->pool_height;
  numbers->pool_width = op->pool_width;
  numbers->input_type = input.type;
  numbers->input_height = input.height;
  numbers->input_width = input.width;
  numbers->input_channels = input.channels;
  numbers->input_planes = input.planes;
  numbers->output_type = op->type;
  numbers->output_height = op->height;
  numbers->output_width = op->width;
  numbers->output_channels = op->channels;
  numbers->output_planes = op->planes;
  numbers->addend_channels = op->addend == 0 ? 0 : addend.channels;
  layer_complete(layer);
  layer->image = run->arena + input.place;
  if (IS_FLASH_APART) {
    uint32_t *weights = (uint32_t *)(void *)(run->arena + network->copies);
    const uint32_t words = (uint32_t)(layer_weight_bytes(layer) + WORD_BYTES - 1) / WORD_BYTES;
    layer->weights = weights;
    layer->parameters = weights + words;
    if (run->row == 0) copy(copy(weights, op->weights, words), op->parameters, (uint32_t)layer_parameter_words(layer));
  }
#if !IS_FLASH_APART
  layer->weights = op->weights;
  layer->parameters = op->parameters;
#endif
  if (op->addend != 0) layer->addend = (const int16_t *)(const void *)(run->arena + addend.place);
  layer->output = run->arena + op->output;
  layer->scratch = run->arena + op->scratch;
  layer->scratch_bytes = op->scratch_bytes;
}

uint8_t *network_image(const IN_FLASH struct network_constants *network, struct network_run *run) {
  run->op = 0;
  run->row = 0;
  return run->arena + network->image;
}

/* Makes rows of one op. Returns the number of rows. */
static uint32_t run_rows(const IN_FLASH struct network_constants *network, struct network_run *run, uint32_t rows) {
  const IN_FLASH struct op_constants *op = &network->ops[run->op];
  struct layer layer;
  open_layer(network, run, &layer);
  if (run->row > 0) memcpy(layer.state, run->state, sizeof layer.state);
  const uint32_t rest = (uint32_t)(op->height - run->row);
  const uint32_t count = rest < rows ? rest : rows;
  for (uint32_t y = run->row; y < run->row + count; y++) op->row(&layer, y);
  memcpy(run->state, layer.state, sizeof run->state);
  run->row = (uint16_t)(run->row + count);
  if (run->row == op->height) {
    run->op++;
    run->row = 0;
  }
  return count;
}

bool network_advance(const IN_FLASH struct network_constants *network, struct network_run *run, uint32_t rows) {
  while (rows > 0) {
    rows -= run_rows(network, run, rows);
    if (run->op == network->op_count) {
      run->op = 0;
      return true;
    }
  }
  return false;
}

uint32_t network_output_count(const IN_FLASH struct network_constants *network) {
  const struct tensor last = tensor_at(network, network->op_count);
  return last.height * last.width * last.channels;
}

const int32_t *network_output(const IN_FLASH struct network_constants *network, const struct network_run *run) {
  return (const int32_t *)(const void *)(run->arena + tensor_at(network, network->op_count).place);
}

uint32_t network_largest(const IN_FLASH struct network_constants *network, const struct network_run *run) {
  const int32_t *logits = network_output(network, run);
  const uint32_t count = network_output_count(network);
  uint32_t largest = 0;
  for (uint32_t i = 1; i < count; i++) {
    if (logits[i] > logits[largest]) largest = i;
  }
  return largest;
}

/* Returns 2^-x in 1/65536, within 7/65536, for x in 1/65536. */
static uint32_t half_to_the(uint64_t x) {
  const uint32_t f = (uint32_t)x & 0xffff;
  const uint32_t fraction = 65536 - (f * (45329 - (f * (15157 - (f * 2596 >> 16)) >> 16)) >> 16);
  return x >> 16 < 32 ? fraction >> (x >> 16) : 0;
}

uint16_t network_share(const IN_FLASH struct network_constants *network, const struct network_run *run, uint32_t index) {
  const int32_t *logits = network_output(network, run);
  const uint32_t count = network_output_count(network);
  const uint32_t largest = (uint32_t)logits[network_largest(network, run)];
  uint64_t sum = 0, own = 0;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t difference = largest - (uint32_t)logits[i];
    const uint32_t power = half_to_the(difference * network->score_factor >> network->score_shift);
    sum += power;
    if (i == index) own = power;
  }
  return (uint16_t)((2000 * own + sum) / (2 * sum));
}

/* Noise, in the second test image with less contrast. */
static void put_test_image(uint8_t *image, uint32_t bytes, uint32_t test) {
  uint32_t state = test;
  for (uint32_t i = 0; i < bytes; i++) {
    state = state * 1664525u + 1013904223u;
    image[i] = (uint8_t)(state >> (24 + 2 * test));
  }
}

uint16_t network_test(const IN_FLASH struct network_constants *network, struct network_run *run) {
  const uint32_t count = network_output_count(network);
  const uint32_t bytes = (uint32_t)network->height * network->width * network->channels;
  uint16_t different = 0;
  for (uint32_t test = 0; test < NETWORK_TESTS; test++) {
    put_test_image(network_image(network, run), bytes, test);
    network_advance(network, run, UINT32_MAX);
    const int32_t *logits = network_output(network, run);
    for (uint32_t i = 0; i < count; i++) {
      if (logits[i] != network->test_logits[test * count + i]) different++;
    }
  }
  return different;
}
