#include "kernels.h"
#include "layer.h"

enum { CUTS = 2, WORD = 4 };

static uint32_t words_for(uint32_t bits) { return (bits + 31) / 32; }

static uint32_t weights_bytes(const struct layer *layer) {
  return layer->filters * TAPS * words_for(layer->channels) * WORD;
}

void run_binary(const struct layer *layer, uint8_t *memory) {
  const uint32_t tap_bytes = words_for(layer->channels) * WORD;
  const uint32_t output_words = words_for(CUTS * layer->filters);
  uint8_t *weights = memory + layer->size * layer->size * tap_bytes;
  uint8_t *parameters = weights + weights_bytes(layer);
  uint8_t *below = parameters + CUTS * layer->filters * WORD;
  uint8_t *output = below + CUTS * words_for(layer->filters) * WORD;
  uint8_t *window = output + layer->size * layer->size * output_words * WORD;
  struct row row = {
      .image = memory,
      .height = (int32_t)layer->size,
      .width = (int32_t)layer->size,
      .planes = 1,
      .tap_bytes = tap_bytes,
      .kernel_height = KERNEL,
      .kernel_width = KERNEL,
      .stride = 1,
      .left = -KERNEL / 2,
      .weights = weights,
      .thresholds = {layer->filters, CUTS, layer->filters, (int32_t *)parameters, (uint32_t *)below},
      .pixels = layer->size,
      .pixel_words = output_words,
      .window = window,
  };
  for (uint32_t y = 0; y < layer->size; y++, output += layer->size * output_words * WORD) {
    row.top = (int32_t)y - KERNEL / 2;
    row.output = (uint32_t *)output;
    for (uint32_t x = 0; x < layer->size; x++) binary_pixel(&row, x);
  }
}
