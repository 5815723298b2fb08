#include "wasm3-config.h"

#include "budget.h"
#include "crc32.h"
#include "imports.h"
#include "in-place.h"
#include "interpreter.h"
#include "layer-row.h"
#include "may-continue.h"
#include "settings.h"
#include "stack.h"
#include "weights.h"

#include <stdbool.h>
#include <string.h>

/* Returns an argument; each has 8 bytes of the interpreter's stack. */
static uint32_t argument(const uint64_t *stack, int index) { return (uint32_t)stack[index]; }

/* Checks that `count` times `bytes` fits 32 bits, and that the address is a multiple of `unit`. */
static bool is_range(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return address % unit == 0 && count <= UINT32_MAX && count * bytes <= UINT32_MAX;
}

/* Returns such a range of the module's memory; NULL if it is not inside as a whole. */
static void *place(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return is_range(address, count, bytes, unit) ? interpreter_memory(address, (uint32_t)(count * bytes)) : NULL;
}

/* Returns a range that is only read, which may also be a part of a model in flash. */
static const void *source(uint32_t address, uint64_t count, uint32_t bytes, uint32_t unit) {
  return is_range(address, count, bytes, unit) ? in_place_readable(address, (uint32_t)(count * bytes)) : NULL;
}

/* Stores a result, whose place is before the arguments, and checks the time: the import may have read much. */
static const void *answer(uint64_t *stack, uint32_t result) {
  stack[0] = result;
  return budget_renew() ? m3Err_none : interpreter_out_of_budget;
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

static const void *any_bits_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t words = argument(stack, 2);
  const void *from = source(argument(stack, 1), words, WORD_BYTES, WORD_BYTES);
  return from == NULL ? m3Err_trapOutOfBoundsMemoryAccess : answer(stack, any_bits(from, words));
}

static const void *in_range_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  const int32_t min = (int32_t)argument(stack, 3), max = (int32_t)argument(stack, 4);
  const void *from = source(argument(stack, 1), count, WORD_BYTES, WORD_BYTES);
  return from == NULL ? m3Err_trapOutOfBoundsMemoryAccess : answer(stack, in_range(from, count, min, max));
}

static const void *magnitude_of(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  const uint32_t count = argument(stack, 2);
  const uint32_t filters = argument(stack, 3);
  const void *weights = source(argument(stack, 1), (uint64_t)filters * count, 1, 1);
  const bool sound = weights != NULL && count > 0;
  return sound ? answer(stack, largest_magnitude(weights, count, filters)) : m3Err_trapOutOfBoundsMemoryAccess;
}

/* Returns the alignment of a type's values. */
static uint32_t unit_of(uint32_t type) {
  return type == ENGINE_TYPE_INT16 ? 2 : type == ENGINE_TYPE_U8 ? 1 : WORD_BYTES;
}

/* Checks that a range that a kernel uses is not in its scratch memory, or in storage. */
static bool is_apart(uint32_t address, uint64_t bytes, uint32_t scratch) {
  return address >= ENGINE_IN_PLACE || address + bytes <= scratch;
}

/* Gives the layer all memory from an address on. A kernel trusts what it keeps there, so no other part of the layer
 * may be there. */
static bool take_scratch(struct layer *layer) {
  const struct engine_layer *op = &layer->op;
  const uint32_t start = op->scratch, end = interpreter_memory_bytes();
  const uint64_t pixels = (uint64_t)op->input_height * op->input_width;
  const uint64_t outputs = (uint64_t)op->output_height * op->output_width;
  if (start % WORD_BYTES != 0 || start > end || end - start < layer_scratch_bytes(layer)) return false;
  layer->scratch = interpreter_memory(start, end - start);
  layer->scratch_bytes = end - start;
  return layer->scratch != NULL && is_apart(op->input, pixels * layer->pixel_bytes, start) &&
         is_apart(op->output, outputs * layer->output_bytes, start) &&
         is_apart(op->weights, layer_weight_bytes(layer), start) &&
         is_apart(op->parameters, layer_parameter_words(layer) * WORD_BYTES, start) &&
         (layer->addend == NULL || is_apart(op->addend, outputs * op->addend_channels * sizeof *layer->addend, start));
}

/* Copies the struct at an address, so that it cannot change after its checks, and finds the parts of the layer.
 * Each of them is inside of the memory. */
static bool take_layer(uint32_t address, struct layer *layer) {
  struct engine_layer op;
  const void *call = place(address, sizeof op, 1, WORD_BYTES);
  if (call == NULL) return false;
  memcpy(&op, call, sizeof op);
  if (!layer_open(layer, &op)) return false;
  const uint64_t pixels = (uint64_t)op.input_height * op.input_width;
  const uint64_t outputs = (uint64_t)op.output_height * op.output_width;
  layer->image = place(op.input, pixels, layer->pixel_bytes, unit_of(op.input_type));
  layer->output = place(op.output, outputs, layer->output_bytes, unit_of(op.output_type));
  const bool binary = op.opcode == ENGINE_OPCODE_BINARY_CONVOLUTION;
  layer->weights = source(op.weights, layer_weight_bytes(layer), 1, binary ? WORD_BYTES : 1);
  layer->parameters = source(op.parameters, layer_parameter_words(layer), WORD_BYTES, WORD_BYTES);
  if (!layer->image || !layer->output || !layer->weights || !layer->parameters) return false;
  if (op.addend_channels != 0) {
    layer->addend = place(op.addend, outputs, op.addend_channels * sizeof *layer->addend, sizeof *layer->addend);
    if (layer->addend == NULL) return false;
  }
  return take_scratch(layer);
}

/* Kernels ask at each pixel. Reading the clock takes as long as hundreds of products. */
enum { PRODUCTS_BETWEEN_CHECKS = 16384 };
static uint32_t pixels_between_checks, pixels_left;

static void pace_checks(const struct layer *layer) {
  const uint64_t products = (uint64_t)layer->taps * layer->op.input_channels * layer->filters;
  pixels_between_checks = products < PRODUCTS_BETWEEN_CHECKS ? PRODUCTS_BETWEEN_CHECKS / (uint32_t)products : 1;
  pixels_left = pixels_between_checks;
}

bool kernel_may_continue(void) {
  if (--pixels_left != 0) return true;
  pixels_left = pixels_between_checks;
  return budget_renew();
}

static const void *run_layer(IM3Runtime runtime, IM3ImportContext context, uint64_t *stack, void *memory) {
  (void)runtime, (void)context, (void)memory;
  struct layer layer;
  if (!stack_has_room(BOARD_KERNEL_STACK)) return m3Err_trapStackOverflow;
  if (!take_layer(argument(stack, 0), &layer)) return m3Err_trapOutOfBoundsMemoryAccess;
  pace_checks(&layer);
  for (uint32_t y = 0; y < layer.op.output_height; y++) {
    if (!layer_row(&layer, y)) return interpreter_out_of_budget;
  }
  return budget_renew() ? m3Err_none : interpreter_out_of_budget;
}

static const struct {
  const char *name;
  const char *signature;
  M3RawCall function;
} imports[] = {
    {"layer", "v(i)", run_layer},
    {"copy", "i(iii)", copy_to_memory},
    {"checksum", "i(ii)", checksum_of},
    {"anyBits", "i(ii)", any_bits_of},
    {"inRange", "i(iiii)", in_range_of},
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
const char *imports_signature(const uint8_t *name, size_t length) {
  for (size_t i = 0; i < IMPORTS; i++) {
    if (strlen(imports[i].name) == length && memcmp(imports[i].name, name, length) == 0) return imports[i].signature;
  }
  return NULL;
}

/* Links one import, if the module has it. */
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
