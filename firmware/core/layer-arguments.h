/* What an engine says of a layer: the arguments of the import `layer`, in their order (assembly/kernels/board.ts). */
#ifndef BD_EDGE_LAYER_ARGUMENTS_H
#define BD_EDGE_LAYER_ARGUMENTS_H
#include "layer.h"

enum {
  LAYER_OPCODE,
  LAYER_IMAGE,
  LAYER_TYPE,
  LAYER_HEIGHT,
  LAYER_WIDTH,
  LAYER_CHANNELS,
  LAYER_PLANES,
  LAYER_KERNEL_HEIGHT,
  LAYER_KERNEL_WIDTH,
  LAYER_STRIDE_Y,
  LAYER_STRIDE_X,
  LAYER_PADDING_TOP,
  LAYER_PADDING_LEFT,
  LAYER_WEIGHTS,
  LAYER_FILTERS,
  LAYER_OUTPUT,
  LAYER_OUTPUT_TYPE,
  LAYER_OUTPUT_HEIGHT,
  LAYER_OUTPUT_WIDTH,
  LAYER_OUTPUT_PLANES,
  LAYER_CUTS,
  LAYER_PARAMETERS,
  LAYER_SHIFT,
  LAYER_ADDEND,
  LAYER_ADDEND_CHANNELS,
  LAYER_WINDOW,
  LAYER_ARGUMENTS
};

/** The layer with these numbers, not open, and without its addresses. */
struct layer layer_of(const uint32_t arguments[LAYER_ARGUMENTS]);

#endif
