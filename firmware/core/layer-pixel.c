#include "layer-pixel.h"

#include "bytes.h"
#include "engine-layout.h"
#include "maxima.h"
#include "put.h"
#include "sums.h"
#include "window.h"

void layer_pixel(const struct layer *layer, uint32_t y, uint32_t x) {
  const struct window window = window_at(layer, y, x);
  const size_t pixel = (size_t)y * layer->op.output_width + x;
  if (layer->op.opcode == ENGINE_OPCODE_MAX_POOL) {
    put_maxima(layer, &window, layer->output + pixel * layer->output_bytes);
    return;
  }
  uint32_t ones = 0;
  if (layer->op.opcode != ENGINE_OPCODE_SUM_POOL) window_gather(layer, &window);
  if (layer->op.opcode == ENGINE_OPCODE_BINARY_CONVOLUTION) ones = window_ones(layer);
  put_open(layer, pixel);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    uint32_t sums[BLOCK_FILTERS];
    const uint32_t count = (uint32_t)smaller(BLOCK_FILTERS, layer->filters - first);
    switch (layer->op.opcode) {
      case ENGINE_OPCODE_BINARY_CONVOLUTION: sums_of_bits(layer, ones, first, count, sums); break;
      case ENGINE_OPCODE_INT8_CONVOLUTION: sums_of_products(layer, first, count, sums); break;
      default: sums_of_window(layer, &window, first, count, sums);
    }
    put_sums(layer, pixel, first, count, sums);
  }
}
