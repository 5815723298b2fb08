#include "layer-row.h"

#include "binary-convolution.h"
#include "int8-convolution.h"
#include "max-pool.h"
#include "sum-pool.h"

bool layer_row(struct layer *layer, uint32_t y) {
  switch (layer->op.opcode) {
    case ENGINE_OPCODE_BINARY_CONVOLUTION: return binary_convolution_row(layer, y);
    case ENGINE_OPCODE_INT8_CONVOLUTION: return int8_convolution_row(layer, y);
    case ENGINE_OPCODE_MAX_POOL: return max_pool_row(layer, y);
    default: return sum_pool_row(layer, y);
  }
}
