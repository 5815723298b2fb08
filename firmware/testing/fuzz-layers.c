/* `fuzz-layers CALLS SEED ENGINE` calls the import `layer` with numbers of every kind, as an engine may do. No call
 * reaches beyond the engine's memory or a model in flash: AddressSanitizer watches both ends of each. */
#include "budget.h"
#include "engine-layout.h"
#include "imports.h"
#include "in-place.h"
#include "interpreter.h"
#include "layer.h"
#include "memory-port.h"
#include "port.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The interpreter has a header, which it reads, right before its memory. */
enum { LONGEST = 65536, SHOWN = 3000, REDZONE = 64, HEADER = 32, LONG_SECONDS = 5 };
enum { FIELDS = sizeof(struct engine_layer) / sizeof(uint32_t) };

static uint32_t memory_bytes;
static unsigned ran[ENGINE_OPCODE_SUM_POOL + 1], refused;

static uint32_t odd_number(void) {
  const uint32_t odd[] = {0,      1,      2,      3,          31,         32,        33,           255,
                          256,    32767,  65535,  65536,      0x7fffffff, 0x80000000, 0xffff0000u, UINT32_MAX,
                          SHOWN,  memory_bytes - 1, memory_bytes, memory_bytes + 1,  test_random(UINT32_MAX)};
  return odd[test_random(sizeof odd / sizeof *odd)];
}

/* Returns an address for a number of bytes below `end`: often they end there, and sometimes a little beyond. */
static uint32_t address_below(uint32_t end, uint64_t bytes, bool only_read) {
  const bool in_place = only_read && test_random(3) == 0;
  const uint32_t room = in_place ? SHOWN : end;
  const uint32_t from = in_place ? ENGINE_IN_PLACE : 0;
  if (bytes > room) return from;
  const uint32_t last = room - (uint32_t)bytes;
  const uint32_t at = test_random(2) ? last : test_random(last + 1);
  return from + (test_random(8) ? at & ~3u : at + test_random(3));
}

static uint32_t address(uint64_t bytes, bool only_read) { return address_below(memory_bytes, bytes, only_read); }

/* Returns a number of outputs, before a pool, whose windows all have a tap inside of the input. */
static uint32_t outputs(uint32_t input, uint32_t stride, uint32_t padding, uint32_t pool) {
  const uint32_t most = ((input + padding - 1) / stride + 1) / pool;
  return 1 + test_random(most < 1 ? 1 : most > 9 ? 9 : most);
}

/* Chooses numbers that go together, most of the time. */
static void choose(struct engine_layer *op) {
  static const uint8_t types[] = {ENGINE_TYPE_U8, ENGINE_TYPE_BITS, ENGINE_TYPE_INT16};
  for (uint32_t i = 0; i < FIELDS; i++) ((uint32_t *)op)[i] = 1 + test_random(3);
  op->opcode = 1 + test_random(4);
  op->input_type = op->opcode == ENGINE_OPCODE_BINARY_CONVOLUTION ? ENGINE_TYPE_BITS : types[test_random(3)];
  op->input_height = 1 + test_random(9), op->input_width = 1 + test_random(9), op->input_channels = 1 + test_random(70);
  op->input_planes = op->input_type == ENGINE_TYPE_BITS ? 1 + test_random(2) : 1;
  op->kernel_height = test_random(50) ? 1 + test_random(4) : 255;
  op->kernel_width = test_random(50) ? 1 + test_random(4) : 255;
  op->padding_top = test_random(op->kernel_height), op->padding_left = test_random(op->kernel_width);
  if (test_random(3) == 0) op->kernel_height = op->kernel_width = 3, op->stride_y = op->stride_x = 1;
  const bool convolution = op->opcode <= ENGINE_OPCODE_BINARY_CONVOLUTION;
  const uint32_t pool = convolution && test_random(2) ? 1 + test_random(3) : 1;
  op->pool_height = pool, op->pool_width = pool == 1 || test_random(4) ? pool : 1 + test_random(3);
  op->output_height = outputs(op->input_height, op->stride_y, op->padding_top, op->pool_height);
  op->output_width = outputs(op->input_width, op->stride_x, op->padding_left, op->pool_width);
  const bool maxima = op->opcode == ENGINE_OPCODE_MAX_POOL;
  uint32_t filters = maxima || test_random(2) ? op->input_channels : 1 + test_random(70);
  op->output_type = test_random(4);
  op->outputs_per_sum = op->output_type == ENGINE_TYPE_INT32 ? 0 : 1 + test_random(2);
  op->output_planes = op->output_type == ENGINE_TYPE_BITS && op->outputs_per_sum == 2 ? 1 + test_random(2) : 1;
  if (op->opcode == ENGINE_OPCODE_SUM_POOL) {
    filters = 1 + test_random(70);
    op->input_channels = filters * (1 + test_random(2));
  }
  if (maxima) op->output_type = op->input_type, op->output_planes = op->input_planes, op->outputs_per_sum = 0;
  op->output_channels = op->outputs_per_sum == 2 && op->output_planes == 1 ? 2 * filters : filters;
  op->shift = test_random(63), op->addend_channels = pool > 1 ? 0 : test_random(2) * test_random(150);
  if (pool > 1 && op->output_type == ENGINE_TYPE_INT32) op->pool_height = op->pool_width = 1;
  for (uint32_t odd = test_random(4) ? 0 : 1 + test_random(2); odd > 0; odd--) {
    ((uint32_t *)op)[test_random(FIELDS)] = odd_number();
  }
}

static void place_all(struct engine_layer *op) {
  struct layer layer;
  if (!layer_open(&layer, op)) return;
  const uint64_t pixels = (uint64_t)op->output_height * op->output_width;
  /* Scratch memory of every size, from the least on. */
  const uint64_t least = layer_scratch_bytes(&layer);
  const uint32_t start = address(least + test_random(2) * test_random(test_random(2) ? 600 : 20000), false);
  op->scratch = test_random(8) ? start & ~3u : start;
  op->input = address_below(start, (uint64_t)op->input_height * op->input_width * layer.pixel_bytes, false);
  op->output = address_below(start, pixels * layer.output_bytes, false);
  op->weights = address_below(start, layer_weight_bytes(&layer), true);
  op->parameters = address_below(start, layer_parameter_words(&layer) * WORD_BYTES, true);
  op->addend = address_below(start, pixels * op->addend_channels * 2, false);
  if (test_random(8) == 0) *(test_random(2) ? &op->input : &op->scratch) = odd_number();
}

/* Calls `layer` with the address of a struct, which is written there if it fits into memory. */
static const void *call_layer(const struct engine_layer *op, uint32_t at) {
  uint8_t *there = interpreter_memory(at, sizeof *op);
  if (there != NULL) memcpy(there, op, sizeof *op);
  uint64_t values[] = {at};
  return imports_call("layer", values);
}

static void call(void) {
  struct engine_layer op;
  choose(&op);
  place_all(&op);
  budget_start();
  const clock_t start = clock();
  if (call_layer(&op, test_random(20) ? address(sizeof op, false) : odd_number()) == NULL) ran[op.opcode]++;
  else refused++;
  /* The layers are small, whatever the numbers say: none takes long. */
  if (clock() - start > LONG_SECONDS * CLOCKS_PER_SEC) test_fail("A layer takes long.");
}

/* The memory around the engine's belongs to the interpreter: no import may touch it. */
static void fence(void) {
  uint8_t *memory = interpreter_memory(0, 0);
  memory_bytes = interpreter_memory_bytes();
  ASAN_POISON_MEMORY_REGION(memory - HEADER - REDZONE, REDZONE);
  ASAN_POISON_MEMORY_REGION(memory + memory_bytes, REDZONE);
  for (uint32_t i = 0; i < memory_bytes; i++) memory[i] = (uint8_t)test_random(256);
}

/* The port's clock advances each time it is read, so a layer of many large windows takes long. */
static void take_long(void) {
  enum { SIDE = 200, WINDOW = 128 };
  const struct engine_layer op = {
      .opcode = ENGINE_OPCODE_MAX_POOL,
      .kernel_height = WINDOW,
      .kernel_width = WINDOW,
      .stride_y = 1,
      .stride_x = 1,
      .pool_height = 1,
      .pool_width = 1,
      .input_height = SIDE,
      .input_width = SIDE,
      .input_channels = 1,
      .input_planes = 1,
      .output = SIDE * SIDE,
      .output_height = SIDE,
      .output_width = SIDE,
      .output_channels = 1,
      .output_planes = 1,
      .scratch = 2 * SIDE * SIDE,
  };
  budget_start();
  if (call_layer(&op, 0) != interpreter_out_of_budget) test_fail("A layer does not end.");
  budget_start();
  for (int i = 0; i < SIDE * SIDE; i++) {
    uint64_t checksum[] = {0, 0, 1};
    if (imports_call("checksum", checksum) == interpreter_out_of_budget) return;
  }
  test_fail("Checksums do not end.");
}

int main(int count, char **arguments) {
  static uint8_t engine[LONGEST];
  if (count != 4) return 2;
  port_init();
  test_seed((uint32_t)strtoul(arguments[2], NULL, 10));
  FILE *file = fopen(arguments[3], "rb");
  const size_t length = file ? fread(engine, 1, sizeof engine, file) : 0;
  if (is_fault(interpreter_load(engine, length))) return 3;
  fence();
  uint32_t *shown = malloc(SHOWN);
  for (uint32_t i = 0; i < SHOWN / sizeof *shown; i++) shown[i] = test_random(UINT32_MAX);
  in_place_show((const uint8_t *)shown, SHOWN);
  const unsigned long calls = strtoul(arguments[1], NULL, 10);
  for (unsigned long i = 1; i <= calls; i++) {
    call();
    if (i % 100000 == 0) fprintf(stderr, "%lu calls\n", i);
  }
  take_long();
  printf("%u int8, %u binary, %u maxima, %u sums; %u refused\n", ran[1], ran[2], ran[3], ran[4], refused);
  return 0;
}
