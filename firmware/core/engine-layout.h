/* Made by firmware/tools/generate-engine-header.mjs from assembly/layout.ts: change it there. */
#ifndef BD_EDGE_ENGINE_LAYOUT_H
#define BD_EDGE_ENGINE_LAYOUT_H
#include <stdint.h>

#define ENGINE_ABI 1u
#define ENGINE_NATIVE_KERNELS 5u
#define ENGINE_IN_PLACE 2147483648u
#define ENGINE_VALID 0u
#define ENGINE_OUT_OF_MEMORY 25u
#define ENGINE_OPCODE_INT8_CONVOLUTION 1u
#define ENGINE_OPCODE_BINARY_CONVOLUTION 2u
#define ENGINE_OPCODE_MAX_POOL 3u
#define ENGINE_OPCODE_SUM_POOL 4u
#define ENGINE_TYPE_U8 0u
#define ENGINE_TYPE_BITS 1u
#define ENGINE_TYPE_INT32 2u
#define ENGINE_TYPE_INT16 3u
#define ENGINE_WORD_BITS 32u
#define ENGINE_WORD_BYTES 4u
#define ENGINE_BLOCK_FILTERS 32u
#define ENGINE_READABLE_TYPES 635568u
#define ENGINE_VALID_OUTPUTS_PER_SUM 24934u
#define ENGINE_MAX_OUTPUTS_PER_SUM 2u
#define ENGINE_MAX_PLANES 2u
#define ENGINE_MAX_SIZE 65535u
#define ENGINE_MAX_WINDOW 255u
#define ENGINE_MAX_SHIFT 62u
#define ENGINE_MAX_POOLED_CHANNELS 2u
#define ENGINE_FIXED_POINT_WORDS 3u

/** One op, as an engine passes it to the import `layer`. Addresses are the engine's, and nothing is checked. */
struct engine_layer {
  uint32_t opcode;
  uint32_t outputs_per_sum;
  uint32_t shift;
  uint32_t kernel_height;
  uint32_t kernel_width;
  uint32_t stride_y;
  uint32_t stride_x;
  uint32_t padding_top;
  uint32_t padding_left;
  uint32_t input;
  uint32_t input_type;
  uint32_t input_height;
  uint32_t input_width;
  uint32_t input_channels;
  uint32_t input_planes;
  uint32_t output;
  uint32_t output_type;
  uint32_t output_height;
  uint32_t output_width;
  uint32_t output_channels;
  uint32_t output_planes;
  uint32_t weights;
  uint32_t parameters;
  uint32_t addend;
  uint32_t addend_channels;
  uint32_t window;
};
_Static_assert(sizeof(struct engine_layer) == 104, "the engine's struct has no padding");

#endif
