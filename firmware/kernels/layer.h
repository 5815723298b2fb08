/* An op of a model (docs/format.md), as the kernels run it. */
#ifndef BD_EDGE_LAYER_H
#define BD_EDGE_LAYER_H
#include "engine-layout.h"
#include "parts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAYER_STATE_WORDS = 4 };

/** One op, with pointers for its addresses. Activations have the order of the format, bits are in words. The members that
 * kernels use most are within the 128 bytes that short load instructions of Armv6-M reach. */
struct layer {
  uint32_t filters;           /* sums of an output pixel; of a max-pool, channels */
  uint32_t taps;
  uint32_t pixel_bytes, output_bytes; /* of a pixel of the image and of the output */
  const uint8_t *image;       /* [input_height][input_width][input_planes][input_channels]; outside, all is 0 */
  const void *weights;        /* int8: [filters][taps][input_channels]; bits: words [blocks][taps][input_channels] */
  const uint32_t *parameters; /* layer_parameter_words() */
  uint8_t *output;            /* [output_height][output_width][output_planes][output_channels] */
  uint8_t *scratch;           /* aligned to words, at least layer_scratch_bytes() */
  size_t scratch_bytes;       /* kernels are faster with more */
  struct engine_layer op;
  const int16_t *addend;      /* [output_height][output_width][addend_channels], or NULL */
  uint32_t convolution_height, convolution_width; /* of the output before its op's max-pool */
  uint32_t arithmetic;               /* of put.c, for fixed-point numbers */
  uint32_t state[LAYER_STATE_WORDS]; /* what a kernel remembers from row to row; 0 before the first */
};

enum { WORD_BYTES = ENGINE_WORD_BYTES, WORD_BITS = ENGINE_WORD_BITS, BLOCK_FILTERS = ENGINE_BLOCK_FILTERS };

static inline uint32_t words_for(uint32_t bits) { return (bits + WORD_BITS - 1) / WORD_BITS; }

/** Keeps a function out of its callers, also if files are optimized as a whole: their variables do not share the stack. */
#define SEPARATE __attribute__((noinline))

/** Returns the number of filters of the block that begins with filter `first`. */
static inline uint32_t block_filters(const struct layer *layer, uint32_t first) {
  const uint32_t rest = layer->filters - first;
  return rest < BLOCK_FILTERS ? rest : BLOCK_FILTERS;
}

/** Returns whether the op keeps the largest values of several pixels of a convolution. */
static inline bool layer_pools(const struct layer *layer) {
  return PART_OUTPUT_POOL && layer->op.pool_height * layer->op.pool_width > 1;
}

/** Returns whether the op turns its sums into bits, or into fixed-point numbers. */
static inline bool layer_gives_bits(const struct layer *layer) {
  return PART_BITS && layer->op.output_type == ENGINE_TYPE_BITS;
}
static inline bool layer_gives_numbers(const struct layer *layer) {
  return PART_FIXED_POINT && (layer->op.output_type == ENGINE_TYPE_U8 || layer->op.output_type == ENGINE_TYPE_INT16);
}

/** Computes the numbers that follow from `op`, which is valid. */
void layer_complete(struct layer *layer);

/** Copies a valid op and leaves the pointers NULL. */
void layer_set(struct layer *layer, const struct engine_layer *op);

/** Does the same if the op is valid. Returns false if no valid op has these numbers. */
bool layer_open(struct layer *layer, const struct engine_layer *op);

/** Returns the bytes of the weights. */
uint64_t layer_weight_bytes(const struct layer *layer);

/** Returns the least bytes of scratch memory. */
uint64_t layer_scratch_bytes(const struct layer *layer);

/** Returns the words of the parameters. */
uint64_t layer_parameter_words(const struct layer *layer);

#endif
