/* A binary layer, and an int8 layer of the same shape, as C for the board. The benchmark compares the
 * engine's time with them. */
#ifndef BD_EDGE_BENCH_LAYER_SHAPE_H
#define BD_EDGE_BENCH_LAYER_SHAPE_H
#include <stdint.h>

/** A 3 x 3 layer with stride 1 and padding 1: the output has as many pixels as the input. */
struct layer_shape {
  uint32_t size;     /* height and width */
  uint32_t channels; /* bits, or int8, of an input pixel */
  uint32_t filters;
};

enum { KERNEL = 3, TAPS = KERNEL * KERNEL };

/** The maximum number of bytes at `memory` that the two functions below use; a multiple of 4. */
uint32_t layer_bytes(const struct layer_shape *shape);

/** The firmware's own kernels: {0,1} activations, +-1 weights, two thresholds per sum. The input is what
 * `memory` contains. */
void run_binary(const struct layer_shape *shape, uint8_t *memory);

/** int8 activations and weights; each sum is scaled to int8 by a multiplier and a shift of its filter. Like
 * CMSIS-NN's arm_convolve_s8: two pixels and two filters at a time on 16-bit values. */
void run_int8(const struct layer_shape *shape, uint8_t *memory);

#endif
