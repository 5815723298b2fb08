#include "layer-row.h"
#include "layer-shape.h"
#include "may-continue.h"
#include "port.h"

enum { CUTS = 2 };

bool kernel_may_continue(void) { return true; }

void run_binary(const struct layer_shape *shape, uint8_t *memory) {
  const struct engine_layer op = {
      .opcode = ENGINE_OPCODE_BINARY_CONVOLUTION,
      .outputs_per_sum = CUTS,
      .kernel_height = KERNEL,
      .kernel_width = KERNEL,
      .stride_y = 1,
      .stride_x = 1,
      .padding_top = KERNEL / 2,
      .padding_left = KERNEL / 2,
      .pool_height = 1,
      .pool_width = 1,
      .input_type = ENGINE_TYPE_BITS,
      .input_height = shape->size,
      .input_width = shape->size,
      .input_channels = shape->channels,
      .input_planes = 1,
      .output_type = ENGINE_TYPE_BITS,
      .output_height = shape->size,
      .output_width = shape->size,
      .output_channels = CUTS * shape->filters,
      .output_planes = 1,
  };
  struct layer layer;
  layer_open(&layer, &op);
  const size_t pixels = (size_t)shape->size * shape->size;
  uint8_t *weights = memory + pixels * layer.pixel_bytes;
  uint8_t *parameters = weights + layer_weight_bytes(&layer);
  layer.weights = weights;
  layer.parameters = (const uint32_t *)parameters;
  layer.output = parameters + layer_parameter_words(&layer) * WORD_BYTES;
  layer.scratch = layer.output + pixels * layer.output_bytes;
  layer.scratch_bytes = (size_t)(port_board.arena + port_board.arena_bytes - layer.scratch);
  for (uint32_t y = 0; y < shape->size; y++) layer_row(&layer, y);
}
