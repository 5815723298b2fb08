#include "wasm3-config.h"

#include "budget.h"
#include "crc32.h"
#include "imports.h"
#include "in-place.h"
#include "interpreter.h"
#include "kernels.h"

#include <stdbool.h>
#include <string.h>

enum { WORD = 4, MAX_PLANES = 2, MAX_CUTS = 2, FAR = 65536 };

/* An argument: each takes 8 bytes of the interpreter's stack. */
static uint32_t argument(const uint64_t *stack, int index) { return (uint32_t)stack[index]; }

static uint64_t words_for(uint64_t bits) { return (bits + 31) / 32; }

/* Whether `count` times `bytes` bytes from an address on, which has to be a multiple of `unit`, may be in 32 bits. */
static bool is_range(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return address % unit == 0 && count <= UINT32_MAX && count * bytes <= UINT32_MAX;
}

/* Where such a range of the module's memory is; NULL if it is not all in it. */
static void *place(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return is_range(address, count, bytes, unit) ? interpreter_memory(address, (uint32_t)(count * bytes)) : NULL;
}

/* The same of what is only read, which may be a part of the model that is not in memory. */
static const void *source(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return is_range(address, count, bytes, unit) ? in_place_readable(address, (uint32_t)(count * bytes)) : NULL;
}

static const void *sums_of_bits(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t words = argument(stack, 2);
  const uint32_t planes = argument(stack, 3);
  const uint32_t filters = argument(stack, 4);
  if (planes > MAX_PLANES) return m3Err_trapOutOfBoundsMemoryAccess;
  const uint32_t *window = place(argument(stack, 0), (uint64_t)planes * words, WORD, WORD);
  const uint32_t *weights = source(argument(stack, 1), (uint64_t)filters * words, WORD, WORD);
  uint32_t *sums = place(argument(stack, 5), filters, WORD, WORD);
  if (window == NULL || weights == NULL || sums == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  binary_sums(window, weights, words, planes, filters, sums);
  return m3Err_none;
}

static const void *sums_of_int8(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  const uint32_t filters = argument(stack, 3);
  const uint8_t *window = place(argument(stack, 0), count, 1, 1);
  const int8_t *weights = source(argument(stack, 1), (uint64_t)filters * count, 1, 1);
  uint32_t *sums = place(argument(stack, 4), filters, WORD, WORD);
  if (window == NULL || weights == NULL || sums == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  int8_sums(window, weights, count, filters, sums);
  return m3Err_none;
}

static const void *sums_of_int16(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  const uint32_t filters = argument(stack, 3);
  const int16_t *window = place(argument(stack, 0), count, sizeof *window, sizeof *window);
  const int8_t *weights = source(argument(stack, 1), (uint64_t)filters * count, 1, 1);
  uint32_t *sums = place(argument(stack, 4), filters, WORD, WORD);
  if (window == NULL || weights == NULL || sums == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  int16_sums(window, weights, count, filters, sums);
  return m3Err_none;
}

/* What gives a result has its place before the arguments. */
static const void *answer(uint64_t *stack, uint32_t result) {
  stack[0] = result;
  return m3Err_none;
}

static const void *copy_to_memory(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t bytes = argument(stack, 3);
  const void *from = source(argument(stack, 2), bytes, 1, 1);
  void *to = place(argument(stack, 1), bytes, 1, 1);
  if (from == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  if (to != NULL) memmove(to, from, bytes);
  return answer(stack, to != NULL);
}

static const void *checksum_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t bytes = argument(stack, 2);
  const void *from = source(argument(stack, 1), bytes, 1, 1);
  return from == NULL ? m3Err_trapOutOfBoundsMemoryAccess : answer(stack, crc32(0, from, bytes));
}

static const void *last_words_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t rows = argument(stack, 2);
  const uint32_t words = argument(stack, 3);
  const void *from = source(argument(stack, 1), (uint64_t)rows * words, WORD, WORD);
  const bool sound = from != NULL && words > 0;
  return sound ? answer(stack, last_words(from, rows, words)) : m3Err_trapOutOfBoundsMemoryAccess;
}

static const void *magnitude_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  const uint32_t filters = argument(stack, 3);
  const void *weights = source(argument(stack, 1), (uint64_t)filters * count, 1, 1);
  const bool sound = weights != NULL && count > 0;
  return sound ? answer(stack, largest_magnitude(weights, count, filters)) : m3Err_trapOutOfBoundsMemoryAccess;
}

/* The arguments of a row, whose parts lie in memory in whole; those of bits in words. */
static bool take_row(const uint64_t *stack, uint32_t unit, struct row *row) {
  enum { IMAGE, HEIGHT, WIDTH, PLANES, TAP_BYTES, KERNEL_HEIGHT, KERNEL_WIDTH, STRIDE, TOP, LEFT, WEIGHTS, FILTERS };
  enum { PARAMETERS = FILTERS + 1, CUTS, CUT_STRIDE, OUTPUT, PIXELS, PIXEL_BYTES, SCRATCH, ARGUMENTS };
  uint32_t a[ARGUMENTS];
  for (int i = 0; i < ARGUMENTS; i++) a[i] = argument(stack, i);
  /* Numbers that the format has in 16 bits, so that no product of them runs over 64. */
  static const uint8_t small[] = {HEIGHT, WIDTH, TAP_BYTES, FILTERS, CUT_STRIDE, PIXELS, PIXEL_BYTES};
  for (size_t i = 0; i < sizeof small; i++) {
    if (a[small[i]] > UINT16_MAX) return false;
  }
  const int32_t top = (int32_t)a[TOP];
  const int32_t left = (int32_t)a[LEFT];
  if (top <= -FAR || top >= FAR || left <= -FAR || left >= FAR) return false;
  if (a[KERNEL_HEIGHT] > UINT8_MAX || a[KERNEL_WIDTH] > UINT8_MAX || a[STRIDE] > UINT8_MAX) return false;
  if (a[PLANES] < 1 || a[PLANES] > MAX_PLANES || a[CUTS] < 1 || a[CUTS] > MAX_CUTS) return false;
  if (a[TAP_BYTES] % unit != 0 || a[PIXEL_BYTES] % WORD != 0) return false;
  if (words_for((uint64_t)(a[CUTS] - 1) * a[CUT_STRIDE] + a[FILTERS]) * WORD > a[PIXEL_BYTES]) return false;

  const uint64_t image = (uint64_t)a[HEIGHT] * a[WIDTH] * a[PLANES] * a[TAP_BYTES];
  const uint64_t window = (uint64_t)a[KERNEL_HEIGHT] * a[KERNEL_WIDTH] * a[TAP_BYTES];
  const uint64_t least = (uint64_t)a[CUTS] * a[FILTERS];
  const uint64_t below = a[CUTS] * words_for(a[FILTERS]);
  const int32_t *parameters = source(a[PARAMETERS], least + below, WORD, WORD);
  *row = (struct row){
      .image = place(a[IMAGE], image, 1, unit),
      .height = (int32_t)a[HEIGHT],
      .width = (int32_t)a[WIDTH],
      .planes = a[PLANES],
      .tap_bytes = a[TAP_BYTES],
      .kernel_height = (int32_t)a[KERNEL_HEIGHT],
      .kernel_width = (int32_t)a[KERNEL_WIDTH],
      .stride = (int32_t)a[STRIDE],
      .top = top,
      .left = left,
      .weights = source(a[WEIGHTS], a[FILTERS] * window, 1, unit),
      .output = place(a[OUTPUT], (uint64_t)a[PIXELS] * a[PIXEL_BYTES], 1, WORD),
      .pixel_words = a[PIXEL_BYTES] / WORD,
      .window = place(a[SCRATCH], a[PLANES] * window, 1, unit),
  };
  if (!parameters || !row->image || !row->weights || !row->output || !row->window) return false;
  const uint32_t *turned = (const uint32_t *)parameters + least;
  row->thresholds = (struct thresholds){a[FILTERS], a[CUTS], a[CUT_STRIDE], parameters, turned};
  row->pixels = a[PIXELS];
  return true;
}

/* A pixel may take long: the time is looked at after each. */
static const void *row_of(const uint64_t *stack, uint32_t unit, void (*pixel)(const struct row *row, uint32_t pixel)) {
  struct row row;
  if (!take_row(stack, unit, &row)) return m3Err_trapOutOfBoundsMemoryAccess;
  for (uint32_t i = 0; i < row.pixels; i++) {
    pixel(&row, i);
    if (!budget_renew()) return interpreter_out_of_budget;
  }
  return m3Err_none;
}

static const void *row_of_bits(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  return row_of(stack, WORD, binary_pixel);
}

static const void *row_of_int8(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  return row_of(stack, 1, int8_pixel);
}

static const struct {
  const char *name;
  const char *signature;
  M3RawCall function;
} imports[] = {
    {"binarySums", "v(iiiiii)", sums_of_bits},
    {"int8Sums", "v(iiiii)", sums_of_int8},
    {"int16Sums", "v(iiiii)", sums_of_int16},
    {"binaryRow", "v(iiiiiiiiiiiiiiiiiii)", row_of_bits},
    {"int8Row", "v(iiiiiiiiiiiiiiiiiii)", row_of_int8},
    {"copy", "i(iii)", copy_to_memory},
    {"checksum", "i(ii)", checksum_of},
    {"lastWords", "i(iii)", last_words_of},
    {"largestMagnitude", "i(iii)", magnitude_of},
};
enum { IMPORTS = sizeof imports / sizeof *imports };

const void *imports_call(const char *name, uint64_t *values) {
  for (size_t i = 0; i < IMPORTS; i++) {
    if (strcmp(imports[i].name, name) == 0) return imports[i].function(NULL, NULL, values, NULL);
  }
  return m3Err_functionLookupFailed;
}

#ifndef BOARD_BUILT_IN_ENGINE
/* A module that does not import it goes without. */
static M3Result link(IM3Module module, const char *name, const char *signature, M3RawCall function) {
  const M3Result result = m3_LinkRawFunction(module, "board", name, signature, function);
  return result == m3Err_functionLookupFailed ? m3Err_none : result;
}

M3Result imports_link(IM3Module module) {
  M3Result result = m3Err_none;
  for (size_t i = 0; i < IMPORTS && !result; i++) {
    result = link(module, imports[i].name, imports[i].signature, imports[i].function);
  }
  return result;
}
#endif
