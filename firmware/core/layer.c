#include "layer.h"

#include "link-protocol.h"

uint32_t words_for(uint32_t bits) { return (bits + WORD_BITS - 1) / WORD_BITS; }

static uint32_t bytes_of(uint32_t type, uint32_t channels, uint32_t planes) {
  switch (type) {
    case ENGINE_TYPE_BITS: return planes * words_for(channels) * WORD_BYTES;
    case ENGINE_TYPE_INT16: return planes * channels * 2;
    case ENGINE_TYPE_INT32: return planes * channels * 4;
    default: return planes * channels;
  }
}

static uint32_t output_channels(const struct layer *layer) {
  return layer->output_planes == 2 || layer->cuts == 0 ? layer->filters : layer->filters * layer->cuts;
}

static bool is_pool(const struct layer *layer) {
  return layer->opcode == ENGINE_OPCODE_MAX_POOL || layer->opcode == ENGINE_OPCODE_SUM_POOL;
}

uint64_t layer_weight_bytes(const struct layer *layer) {
  if (is_pool(layer)) return 0;
  const bool binary = layer->opcode == ENGINE_OPCODE_BINARY_CONVOLUTION;
  return (uint64_t)layer->shape.taps * layer->filters * (binary ? words_for(layer->channels) * WORD_BYTES : layer->channels);
}

uint64_t layer_window_bytes(const struct layer *layer) {
  if (is_pool(layer)) return 0;
  /* Bits that meet int8 weights become bytes, those of two planes together. */
  const bool spreads = layer->opcode == ENGINE_OPCODE_INT8_CONVOLUTION && layer->type == ENGINE_TYPE_BITS;
  return (uint64_t)layer->shape.taps * (spreads ? layer->channels : layer->shape.pixel_bytes);
}

uint64_t layer_parameter_words(const struct layer *layer) {
  const uint32_t filters = layer->filters;
  if (layer->opcode == ENGINE_OPCODE_MAX_POOL) {
    return layer->type == ENGINE_TYPE_BITS ? layer->planes * words_for(layer->channels) : 0;
  }
  switch (layer->output_type) {
    case ENGINE_TYPE_BITS: return (uint64_t)layer->cuts * (filters + words_for(filters));
    case ENGINE_TYPE_INT32: return filters;
    default: return 3ull * layer->cuts * filters;
  }
}

/* Sizes that the format has in 16 bits and in 8, so that no product of them runs over; and none is 0, so that all work of
 * a pixel is on bytes that there are. */
static bool is_small(const struct layer *layer) {
  const uint32_t halves[] = {layer->height,  layer->width,         layer->channels,
                             layer->filters, layer->output_height, layer->output_width};
  const uint32_t bytes[] = {layer->kernel_height, layer->kernel_width, layer->stride_y, layer->stride_x};
  for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
    if (halves[i] < 1 || halves[i] > UINT16_MAX) return false;
  }
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
    if (bytes[i] < 1 || bytes[i] > UINT8_MAX) return false;
  }
  if (layer->padding_top >= layer->kernel_height || layer->padding_left >= layer->kernel_width) return false;
  return layer->addend_channels <= UINT16_MAX && layer->planes >= 1 && layer->planes <= 2 && layer->output_planes >= 1 && layer->output_planes <= 2 &&
         layer->cuts <= 2 && layer->shift <= ENGINE_MAX_SHIFT;
}

static bool is_sound(const struct layer *layer) {
  if (!is_small(layer)) return false;
  const bool bits = layer->type == ENGINE_TYPE_BITS;
  if (layer->type > ENGINE_TYPE_INT16 || layer->type == ENGINE_TYPE_INT32 || (!bits && layer->planes != 1)) return false;
  if (layer->output_type > ENGINE_TYPE_INT16) return false;
  if (layer->opcode == ENGINE_OPCODE_MAX_POOL) {
    return layer->output_type == layer->type && layer->filters == layer->channels &&
           layer->output_planes == layer->planes && layer->cuts == 0;
  }
  const bool stays = layer->output_type == ENGINE_TYPE_INT32;
  const bool gives_bits = layer->output_type == ENGINE_TYPE_BITS;
  if (stays != (layer->cuts == 0) || (layer->output_planes == 2 && !(gives_bits && layer->cuts == 2))) return false;
  switch (layer->opcode) {
    case ENGINE_OPCODE_BINARY_CONVOLUTION: return bits;
    case ENGINE_OPCODE_INT8_CONVOLUTION: return true;
    case ENGINE_OPCODE_SUM_POOL: return !bits && (layer->channels == layer->filters || layer->channels == 2 * layer->filters);
    default: return false;
  }
}

bool layer_open(struct layer *layer) {
  if (!is_sound(layer)) return false;
  layer->shape = (struct shape){
      .taps = layer->kernel_height * layer->kernel_width,
      .pixel_bytes = bytes_of(layer->type, layer->channels, layer->planes),
      .output_bytes = bytes_of(layer->output_type, output_channels(layer), layer->output_planes),
  };
  return true;
}
