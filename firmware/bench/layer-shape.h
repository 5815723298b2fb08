/* A binary layer, and an int8 layer of the same shape, as C that is compiled for the board and called by nothing else:
 * what the engine's time is compared with. */
#ifndef BD_EDGE_BENCH_LAYER_SHAPE_H
#define BD_EDGE_BENCH_LAYER_SHAPE_H
#include <stdint.h>

/** A 3 x 3 layer, stride 1, padded by 1: as many pixels come out as go in. */
struct layer_shape {
  uint32_t size;     /* height and width */
  uint32_t channels; /* bits, or int8, of an input pixel */
  uint32_t filters;
};

enum { KERNEL = 3, TAPS = KERNEL * KERNEL };

/** Bytes at `memory` that the two functions below take at most; a multiple of 4. */
uint32_t layer_bytes(const struct layer_shape *shape);

/** The firmware's own kernels: {0,1} activations, +-1 weights, two thresholds a sum. What is in `memory` is computed with. */
void run_binary(const struct layer_shape *shape, uint8_t *memory);

/** int8 activations and weights, each sum scaled to int8 by a multiplier and a shift of its filter: as CMSIS-NN's
 * arm_convolve_s8 does, two pixels and two filters at a time on 16-bit values. */
void run_int8(const struct layer_shape *shape, uint8_t *memory);

#endif
