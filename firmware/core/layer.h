/* An op of a model (docs/format.md), which the `board` build of the engine passes to native kernels. */
#ifndef BD_EDGE_LAYER_H
#define BD_EDGE_LAYER_H
#include "engine-layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One op, with pointers for its addresses. Activations have the order of the format, bits are in words. */
struct layer {
  struct engine_layer op;
  const uint8_t *image;       /* [input_height][input_width][input_planes][input_channels]; outside, all is 0 */
  const void *weights;        /* [filters][kernel_height][kernel_width][input_channels] */
  const uint32_t *parameters; /* layer_parameter_words() */
  const int16_t *addend;      /* [output_height][output_width][addend_channels], or NULL */
  uint8_t *output;            /* [output_height][output_width][output_planes][output_channels] */
  void *window;               /* scratch memory of layer_window_bytes() */
  uint32_t filters;           /* sums of an output pixel; of a max-pool, channels */
  uint32_t taps;
  uint32_t pixel_bytes, output_bytes; /* of a pixel of the image and of the output */
};

enum { WORD_BYTES = ENGINE_WORD_BYTES, WORD_BITS = ENGINE_WORD_BITS, BLOCK_FILTERS = ENGINE_BLOCK_FILTERS };

uint32_t words_for(uint32_t bits);

/** Copies an op and leaves the pointers NULL. Returns false if no valid op has these numbers. */
bool layer_open(struct layer *layer, const struct engine_layer *op);

/** Returns the bytes of the weights. */
uint64_t layer_weight_bytes(const struct layer *layer);

/** Returns the bytes of a window, gathered for its sums. */
uint64_t layer_window_bytes(const struct layer *layer);

/** Returns the words of the parameters. */
uint64_t layer_parameter_words(const struct layer *layer);

#endif
