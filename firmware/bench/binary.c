#include "layer-pixel.h"
#include "layer-shape.h"
#include "link-protocol.h"

enum { CUTS = 2 };

void run_binary(const struct layer_shape *shape, uint8_t *memory) {
  struct layer layer = {
      .opcode = ENGINE_OPCODE_BINARY_CONVOLUTION,
      .image = memory,
      .type = ENGINE_TYPE_BITS,
      .height = shape->size,
      .width = shape->size,
      .channels = shape->channels,
      .planes = 1,
      .kernel_height = KERNEL,
      .kernel_width = KERNEL,
      .stride_y = 1,
      .stride_x = 1,
      .padding_top = KERNEL / 2,
      .padding_left = KERNEL / 2,
      .filters = shape->filters,
      .output_type = ENGINE_TYPE_BITS,
      .output_height = shape->size,
      .output_width = shape->size,
      .output_planes = 1,
      .cuts = CUTS,
  };
  layer_open(&layer);
  const size_t pixels = (size_t)shape->size * shape->size;
  uint8_t *weights = memory + pixels * layer.shape.pixel_bytes;
  uint8_t *parameters = weights + layer_weight_bytes(&layer);
  layer.weights = weights;
  layer.parameters = (const uint32_t *)parameters;
  layer.output = parameters + layer_parameter_words(&layer) * WORD_BYTES;
  layer.window = layer.output + pixels * layer.shape.output_bytes;
  for (uint32_t y = 0; y < shape->size; y++) {
    for (uint32_t x = 0; x < shape->size; x++) layer_pixel(&layer, y, x);
  }
}
