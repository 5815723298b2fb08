#include "wasm3-config.h"

#include "imports.h"
#include "interpreter.h"
#include "kernels.h"

#include <stdbool.h>

enum { WORD = 4, MAX_PLANES = 2, MAX_CUTS = 2 };

/* An argument: each takes 8 bytes of the interpreter's stack. */
static uint32_t argument(const uint64_t *stack, int index) { return (uint32_t)stack[index]; }

static uint64_t words_for(uint64_t bits) { return (bits + 31) / 32; }

/* Where `count` times `bytes` bytes of the module's memory are, from an address on that is a multiple of `unit`; NULL
 * if they are not all in it. */
static void *place(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  if (address % unit != 0 || count > UINT32_MAX || count * bytes > UINT32_MAX) return NULL;
  return interpreter_memory(address, (uint32_t)(count * bytes));
}

static const void *sums_of_bits(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t words = argument(stack, 2);
  const uint32_t planes = argument(stack, 3);
  const uint32_t filters = argument(stack, 4);
  if (planes > MAX_PLANES) return m3Err_trapOutOfBoundsMemoryAccess;
  const uint32_t *window = place(argument(stack, 0), (uint64_t)planes * words, WORD, WORD);
  const uint32_t *weights = place(argument(stack, 1), (uint64_t)filters * words, WORD, WORD);
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
  const int8_t *weights = place(argument(stack, 1), (uint64_t)filters * count, 1, 1);
  uint32_t *sums = place(argument(stack, 4), filters, WORD, WORD);
  if (window == NULL || weights == NULL || sums == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  int8_sums(window, weights, count, filters, sums);
  return m3Err_none;
}

/* The arguments filters, parameters, cuts, cutStride and pixel, from `stack` on. */
static bool take_thresholds(const uint64_t *stack, struct thresholds *thresholds, uint32_t **pixel) {
  const uint32_t filters = argument(stack, 0);
  const uint32_t cuts = argument(stack, 2);
  const uint32_t stride = argument(stack, 3);
  if (cuts < 1 || cuts > MAX_CUTS) return false;
  const uint64_t least = (uint64_t)cuts * filters;
  const uint64_t below = cuts * words_for(filters);
  const int32_t *parameters = place(argument(stack, 1), least + below, WORD, WORD);
  *pixel = place(argument(stack, 4), words_for((uint64_t)(cuts - 1) * stride + filters), WORD, WORD);
  if (parameters == NULL || *pixel == NULL) return false;
  *thresholds = (struct thresholds){filters, cuts, stride, parameters, (const uint32_t *)parameters + least};
  return true;
}

static const void *bits_of_bits(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t words = argument(stack, 2);
  const uint32_t planes = argument(stack, 3);
  struct thresholds thresholds;
  uint32_t *pixel;
  if (planes > MAX_PLANES || !take_thresholds(stack + 4, &thresholds, &pixel)) {
    return m3Err_trapOutOfBoundsMemoryAccess;
  }
  const uint32_t *window = place(argument(stack, 0), (uint64_t)planes * words, WORD, WORD);
  const uint32_t *weights = place(argument(stack, 1), (uint64_t)thresholds.filters * words, WORD, WORD);
  if (window == NULL || weights == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  binary_bits(window, weights, words, planes, &thresholds, pixel);
  return m3Err_none;
}

static const void *bits_of_int8(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  struct thresholds thresholds;
  uint32_t *pixel;
  if (!take_thresholds(stack + 3, &thresholds, &pixel)) return m3Err_trapOutOfBoundsMemoryAccess;
  const uint8_t *window = place(argument(stack, 0), count, 1, 1);
  const int8_t *weights = place(argument(stack, 1), (uint64_t)thresholds.filters * count, 1, 1);
  if (window == NULL || weights == NULL) return m3Err_trapOutOfBoundsMemoryAccess;
  int8_bits(window, weights, count, &thresholds, pixel);
  return m3Err_none;
}

/* A module that does not import it goes without. */
static M3Result link(IM3Module module, const char *name, const char *signature, M3RawCall function) {
  const M3Result result = m3_LinkRawFunction(module, "board", name, signature, function);
  return result == m3Err_functionLookupFailed ? m3Err_none : result;
}

M3Result imports_link(IM3Module module) {
  static const struct {
    const char *name;
    const char *signature;
    M3RawCall function;
  } imports[] = {
      {"binarySums", "v(iiiiii)", sums_of_bits},
      {"int8Sums", "v(iiiii)", sums_of_int8},
      {"binaryBits", "v(iiiiiiiii)", bits_of_bits},
      {"int8Bits", "v(iiiiiiii)", bits_of_int8},
  };
  M3Result result = m3Err_none;
  for (size_t i = 0; i < sizeof imports / sizeof *imports && !result; i++) {
    result = link(module, imports[i].name, imports[i].signature, imports[i].function);
  }
  return result;
}
