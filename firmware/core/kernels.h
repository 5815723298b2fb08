/* The engine's inner loops in the board's own code, for the `board` build of the engine, which imports them. */
#ifndef BD_EDGE_KERNELS_H
#define BD_EDGE_KERNELS_H
#include <stdint.h>

/** For each of `filters` rows of `words` words, one behind the other: how many bits are set both in it and in the
 * window, whose `planes` planes of as many words follow one another. `sums` does not overlap the others. */
void binary_sums(const uint32_t *window, const uint32_t *weights, uint32_t words, uint32_t planes, uint32_t filters,
                 uint32_t *sums);

/** For each of `filters` rows of `count` weights: the sum of their products with the window's values, modulo 2^32. */
void int8_sums(const uint8_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums);

/** The same, of a window of 16-bit values. */
void int16_sums(const int16_t *window, const int8_t *weights, uint32_t count, uint32_t filters, uint32_t *sums);

/** The last words of `rows` rows of `words` words (at least 1), one behind the other, ORed. */
uint32_t last_words(const uint32_t *from, uint32_t rows, uint32_t words);

/** Of `filters` rows of `count` weights, the largest sum of magnitudes; UINT32_MAX for all that are larger. */
uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters);

/** What turns sums into bits: docs/format.md. */
struct thresholds {
  uint32_t filters;
  uint32_t cuts;         /* 1 or 2 bits a sum */
  uint32_t cut_stride;   /* bits between those of the first and of the second cut */
  const int32_t *least;  /* [cuts][filters]: the sums from which on a bit is 1 */
  const uint32_t *below; /* [cuts][words]: the bits that are turned round */
};

/** A row of output pixels: the windows that it comes from, and what becomes of their sums. */
struct row {
  const uint8_t *image;     /* [height][width][planes][tap_bytes] */
  int32_t height, width;
  uint32_t planes;          /* that share their weights */
  uint32_t tap_bytes;
  int32_t kernel_height, kernel_width;
  int32_t stride;
  int32_t top, left;        /* the first tap of the first window; outside of the image all is 0 */
  const void *weights;      /* [filters][kernel_height][kernel_width][tap_bytes] */
  struct thresholds thresholds;
  uint32_t *output;         /* [pixels][pixel_words] */
  uint32_t pixels, pixel_words;
  void *window;             /* room for [planes][kernel_height][kernel_width][tap_bytes] */
};

/** Makes a pixel of the row: binary_sums() of its window, with each sum as 2 x bits - those set in the window. What is
 * aligned to bytes in `row` is to words here. */
void binary_pixel(const struct row *row, uint32_t pixel);

/** The same with int8_sums(). There is one plane. */
void int8_pixel(const struct row *row, uint32_t pixel);

#endif
