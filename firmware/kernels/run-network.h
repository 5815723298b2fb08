/* A network whose ops are a table of constants, as `bd-edge compile` writes it. */
#ifndef BD_EDGE_RUN_NETWORK_H
#define BD_EDGE_RUN_NETWORK_H
#include "in-flash.h"
#include "layer.h"

/** One op. Tensor 0 is the image, and tensor k is the output of op k - 1. */
struct op_constants {
  bool (*row)(struct layer *layer, uint32_t y); /* the kernel of its opcode */
  const IN_FLASH uint32_t *weights;             /* as in struct layer, whole words; NULL for pools */
  const IN_FLASH uint32_t *parameters;
  uint32_t output, scratch; /* places in the arena */
  uint32_t scratch_bytes;
  uint16_t input, addend; /* tensors; addend 0: nothing is added */
  uint16_t height, width, channels; /* of the output */
  uint8_t opcode, type, planes, outputs_per_sum, shift; /* type and planes of the output */
  uint8_t kernel_height, kernel_width, stride_y, stride_x, padding_top, padding_left, pool_height, pool_width;
};

/** A network. All numbers and places are valid: nothing is checked when it runs. */
struct network_constants {
  const IN_FLASH struct op_constants *ops;
  uint16_t op_count;
  uint16_t height, width, channels;    /* of the image */
  uint32_t image;                      /* its place in the arena */
  uint32_t copies;                     /* that of an op's weights and parameters, if IS_FLASH_APART */
  uint32_t score_factor;               /* of a difference of logits, for network_share: 2^(score_shift - 16) for a score */
  uint8_t score_shift;                 /* that is half as large */
  const IN_FLASH int32_t *test_logits; /* of NETWORK_TESTS images, for network_test */
};

enum { NETWORK_TESTS = 2 };

/** A run of a network, whose RAM is an arena, aligned to words. */
struct network_run {
  uint8_t *arena;
  uint32_t state[LAYER_STATE_WORDS]; /* of the op's kernel */
  uint16_t op, row;                  /* the next row of output */
};

/** Returns the address of the image, height x width x channels bytes, and discards an unfinished run. */
uint8_t *network_image(const IN_FLASH struct network_constants *network, struct network_run *run);

/** Makes at most `rows` rows of outputs. Returns true when the logits are ready; the next row is then the first
 * of a new run. */
bool network_advance(const IN_FLASH struct network_constants *network, struct network_run *run, uint32_t rows);

/** Returns the number of logits. */
uint32_t network_output_count(const IN_FLASH struct network_constants *network);

/** Returns the logits of a finished run. */
const int32_t *network_output(const IN_FLASH struct network_constants *network, const struct network_run *run);

/** Returns the index of the largest logit, the first of equals. */
uint32_t network_largest(const IN_FLASH struct network_constants *network, const struct network_run *run);

/** Returns the share of a class of a finished run in 1/1000: the softmax of the logits, within 1/1000. */
uint16_t network_share(const IN_FLASH struct network_constants *network, const struct network_run *run, uint32_t index);

/** Runs the test images. Returns the number of logits that differ from the expected ones. */
uint16_t network_test(const IN_FLASH struct network_constants *network, struct network_run *run);

#endif
