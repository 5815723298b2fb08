/* An op of a model (docs/format.md), as the `board` build of the engine has it run by the board's own code. */
#ifndef BD_EDGE_LAYER_H
#define BD_EDGE_LAYER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One op: what it reads, and where it writes. Numbers are the format's; activations lie as it says, bits in words. */
struct layer {
  uint32_t opcode;
  const uint8_t *image; /* [height][width][planes][channels] */
  uint32_t type, height, width, channels, planes;
  uint32_t kernel_height, kernel_width;
  uint32_t stride_y, stride_x;
  uint32_t padding_top, padding_left; /* outside of the image all is 0 */
  const void *weights;                /* [filters][kernel_height][kernel_width][channels] */
  uint32_t filters;                   /* sums of an output pixel; of a max-pool, channels */
  uint8_t *output;                    /* [output_height][output_width][output_planes][..] */
  uint32_t output_type, output_height, output_width, output_planes;
  uint32_t cuts;           /* bits, or fixed-point numbers, that a sum becomes; 0 if it stays as it is */
  const uint32_t *parameters;
  uint32_t shift;          /* of fixed-point numbers */
  const int16_t *addend;   /* [output_height][output_width][addend_channels], or NULL */
  uint32_t addend_channels;
  void *window; /* room for layer_window_bytes() */
  struct shape {
    uint32_t taps;
    uint32_t pixel_bytes, output_bytes; /* of a pixel of the image and of the output */
  } shape;
};

enum { WORD_BYTES = 4, WORD_BITS = 32, BLOCK_FILTERS = WORD_BITS };

uint32_t words_for(uint32_t bits);

/** Makes `shape` of the rest. False: no layer has these numbers, whatever its addresses. */
bool layer_open(struct layer *layer);

/** Bytes of the weights, and of a window that has been gathered to meet them. */
uint64_t layer_weight_bytes(const struct layer *layer);
uint64_t layer_window_bytes(const struct layer *layer);

/** Words of the parameters. */
uint64_t layer_parameter_words(const struct layer *layer);

#endif
