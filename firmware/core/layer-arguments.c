#include "layer-arguments.h"

struct layer layer_of(const uint32_t arguments[LAYER_ARGUMENTS]) {
  return (struct layer){
      .opcode = arguments[LAYER_OPCODE],
      .type = arguments[LAYER_TYPE],
      .height = arguments[LAYER_HEIGHT],
      .width = arguments[LAYER_WIDTH],
      .channels = arguments[LAYER_CHANNELS],
      .planes = arguments[LAYER_PLANES],
      .kernel_height = arguments[LAYER_KERNEL_HEIGHT],
      .kernel_width = arguments[LAYER_KERNEL_WIDTH],
      .stride_y = arguments[LAYER_STRIDE_Y],
      .stride_x = arguments[LAYER_STRIDE_X],
      .padding_top = arguments[LAYER_PADDING_TOP],
      .padding_left = arguments[LAYER_PADDING_LEFT],
      .filters = arguments[LAYER_FILTERS],
      .output_type = arguments[LAYER_OUTPUT_TYPE],
      .output_height = arguments[LAYER_OUTPUT_HEIGHT],
      .output_width = arguments[LAYER_OUTPUT_WIDTH],
      .output_planes = arguments[LAYER_OUTPUT_PLANES],
      .cuts = arguments[LAYER_CUTS],
      .shift = arguments[LAYER_SHIFT],
      .addend_channels = arguments[LAYER_ADDEND_CHANNELS],
  };
}
