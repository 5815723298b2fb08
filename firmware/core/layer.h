/* An op of a model (docs/format.md), which the `board` build of the engine lets the board's own code run. */
#ifndef BD_EDGE_LAYER_H
#define BD_EDGE_LAYER_H
#include "engine-layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One op, its addresses as pointers. Activations lie as the format says, bits in words. */
struct layer {
  struct engine_layer op;
  const uint8_t *image;       /* [input_height][input_width][input_planes][input_channels]; outside of it all is 0 */
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

/** Takes over an op's numbers; the pointers stay NULL. Returns false if no op has these numbers, whatever its addresses. */
bool layer_open(struct layer *layer, const struct engine_layer *op);

/** Returns the bytes of the weights. */
uint64_t layer_weight_bytes(const struct layer *layer);

/** Returns the bytes of a window, gathered for its sums. */
uint64_t layer_window_bytes(const struct layer *layer);

/** Returns the words of the parameters. */
uint64_t layer_parameter_words(const struct layer *layer);

#endif
