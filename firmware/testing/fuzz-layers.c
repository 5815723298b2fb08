/* `fuzz-layers CALLS SEED ENGINE`: calls of the import `layer` with numbers of every kind, as an engine may make them. None
 * reaches beyond the engine's memory, or beyond a model that stays in flash: AddressSanitizer watches both ends of each. */
#include "budget.h"
#include "imports.h"
#include "in-place.h"
#include "interpreter.h"
#include "layer-arguments.h"
#include "link-protocol.h"
#include "memory-port.h"
#include "port.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Right before its memory the interpreter has a header, which it reads as well. */
enum { LONGEST = 65536, SHOWN = 3000, REDZONE = 64, HEADER = 32, LONG_SECONDS = 5 };

static uint32_t memory_bytes;
static unsigned ran[ENGINE_OPCODE_SUM_POOL + 1], refused;

static uint32_t odd_number(void) {
  const uint32_t odd[] = {0,      1,      2,      3,          31,         32,        33,           255,
                          256,    32767,  65535,  65536,      0x7fffffff, 0x80000000, 0xffff0000u, UINT32_MAX,
                          SHOWN,  memory_bytes - 1, memory_bytes, memory_bytes + 1,  test_random(UINT32_MAX)};
  return odd[test_random(sizeof odd / sizeof *odd)];
}

/* An address that so many bytes may lie at: often they end where memory does, and now and then a little beyond. */
static uint32_t address(uint64_t bytes, bool only_read) {
  const bool in_place = only_read && test_random(3) == 0;
  const uint32_t room = in_place ? SHOWN : memory_bytes;
  const uint32_t from = in_place ? ENGINE_IN_PLACE : 0;
  if (bytes > room) return from;
  const uint32_t last = room - (uint32_t)bytes;
  const uint32_t at = test_random(2) ? last : test_random(last + 1);
  return from + (test_random(8) ? at & ~3u : at + test_random(3));
}

/* Numbers that belong together, most of the time. */
static void choose(uint32_t a[LAYER_ARGUMENTS]) {
  static const uint8_t types[] = {ENGINE_TYPE_U8, ENGINE_TYPE_BITS, ENGINE_TYPE_INT16};
  for (int i = 0; i < LAYER_ARGUMENTS; i++) a[i] = 1 + test_random(3);
  a[LAYER_OPCODE] = 1 + test_random(4);
  a[LAYER_TYPE] = a[LAYER_OPCODE] == ENGINE_OPCODE_BINARY_CONVOLUTION ? ENGINE_TYPE_BITS : types[test_random(3)];
  a[LAYER_HEIGHT] = 1 + test_random(9), a[LAYER_WIDTH] = 1 + test_random(9), a[LAYER_CHANNELS] = 1 + test_random(70);
  a[LAYER_PLANES] = a[LAYER_TYPE] == ENGINE_TYPE_BITS ? 1 + test_random(2) : 1;
  a[LAYER_KERNEL_HEIGHT] = test_random(50) ? 1 + test_random(4) : 255;
  a[LAYER_KERNEL_WIDTH] = test_random(50) ? 1 + test_random(4) : 255;
  a[LAYER_PADDING_TOP] = test_random(a[LAYER_KERNEL_HEIGHT]), a[LAYER_PADDING_LEFT] = test_random(a[LAYER_KERNEL_WIDTH]);
  a[LAYER_OUTPUT_HEIGHT] = 1 + test_random(9), a[LAYER_OUTPUT_WIDTH] = 1 + test_random(9);
  const bool maxima = a[LAYER_OPCODE] == ENGINE_OPCODE_MAX_POOL;
  a[LAYER_FILTERS] = maxima || test_random(2) ? a[LAYER_CHANNELS] : 1 + test_random(70);
  a[LAYER_OUTPUT_TYPE] = test_random(4);
  a[LAYER_CUTS] = a[LAYER_OUTPUT_TYPE] == ENGINE_TYPE_INT32 ? 0 : 1 + test_random(2);
  a[LAYER_OUTPUT_PLANES] = a[LAYER_OUTPUT_TYPE] == ENGINE_TYPE_BITS && a[LAYER_CUTS] == 2 ? 1 + test_random(2) : 1;
  if (a[LAYER_OPCODE] == ENGINE_OPCODE_SUM_POOL) {
    a[LAYER_FILTERS] = 1 + test_random(70);
    a[LAYER_CHANNELS] = a[LAYER_FILTERS] * (1 + test_random(2));
  }
  if (maxima) a[LAYER_OUTPUT_TYPE] = a[LAYER_TYPE], a[LAYER_OUTPUT_PLANES] = a[LAYER_PLANES], a[LAYER_CUTS] = 0;
  a[LAYER_SHIFT] = test_random(63), a[LAYER_ADDEND_CHANNELS] = test_random(2) * test_random(150);
  for (uint32_t odd = test_random(4) ? 0 : 1 + test_random(2); odd > 0; odd--) {
    a[test_random(LAYER_ARGUMENTS)] = odd_number();
  }
}

static void place_all(uint32_t a[LAYER_ARGUMENTS]) {
  struct layer layer = layer_of(a);
  if (!layer_open(&layer)) return;
  const uint64_t outputs = (uint64_t)a[LAYER_OUTPUT_HEIGHT] * a[LAYER_OUTPUT_WIDTH];
  a[LAYER_IMAGE] = address((uint64_t)a[LAYER_HEIGHT] * a[LAYER_WIDTH] * layer.shape.pixel_bytes, false);
  a[LAYER_OUTPUT] = address(outputs * layer.shape.output_bytes, false);
  a[LAYER_WEIGHTS] = address(layer_weight_bytes(&layer), true);
  a[LAYER_PARAMETERS] = address(layer_parameter_words(&layer) * WORD_BYTES, true);
  a[LAYER_WINDOW] = address(layer_window_bytes(&layer), false);
  a[LAYER_ADDEND] = address(outputs * a[LAYER_ADDEND_CHANNELS] * 2, false);
  if (test_random(8) == 0) a[test_random(2) ? LAYER_IMAGE : LAYER_WINDOW] = odd_number();
}

static void call(void) {
  uint32_t a[LAYER_ARGUMENTS];
  uint64_t values[LAYER_ARGUMENTS];
  choose(a);
  place_all(a);
  for (int i = 0; i < LAYER_ARGUMENTS; i++) values[i] = a[i];
  budget_start();
  const clock_t start = clock();
  if (imports_call("layer", values) == NULL) ran[a[LAYER_OPCODE]]++;
  else refused++;
  /* Of so few pixels, and none takes long: they are small, whatever the numbers say. */
  if (clock() - start > LONG_SECONDS * CLOCKS_PER_SEC) test_fail("A layer takes long.");
}

/* What lies around the engine's memory is the interpreter's: nothing of it may be touched while an import works. */
static void fence(void) {
  uint8_t *memory = interpreter_memory(0, 0);
  memory_bytes = interpreter_memory_bytes();
  ASAN_POISON_MEMORY_REGION(memory - HEADER - REDZONE, REDZONE);
  ASAN_POISON_MEMORY_REGION(memory + memory_bytes, REDZONE);
  for (uint32_t i = 0; i < memory_bytes; i++) memory[i] = (uint8_t)test_random(256);
}

/* The port's clock goes on at each look, so that a layer of many pixels takes long. */
static void take_long(void) {
  enum { SIDE = 200 };
  uint64_t layer[LAYER_ARGUMENTS] = {
      [LAYER_OPCODE] = ENGINE_OPCODE_MAX_POOL,
      [LAYER_HEIGHT] = SIDE,
      [LAYER_WIDTH] = SIDE,
      [LAYER_CHANNELS] = 1,
      [LAYER_PLANES] = 1,
      [LAYER_KERNEL_HEIGHT] = 1,
      [LAYER_KERNEL_WIDTH] = 1,
      [LAYER_STRIDE_Y] = 1,
      [LAYER_STRIDE_X] = 1,
      [LAYER_FILTERS] = 1,
      [LAYER_OUTPUT] = SIDE * SIDE,
      [LAYER_OUTPUT_HEIGHT] = SIDE,
      [LAYER_OUTPUT_WIDTH] = SIDE,
      [LAYER_OUTPUT_PLANES] = 1,
  };
  budget_start();
  if (imports_call("layer", layer) != interpreter_out_of_budget) test_fail("A layer goes on for ever.");
  budget_start();
  for (int i = 0; i < SIDE * SIDE; i++) {
    uint64_t checksum[] = {0, 0, 1};
    if (imports_call("checksum", checksum) == interpreter_out_of_budget) return;
  }
  test_fail("Checksums go on for ever.");
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
  for (unsigned long calls = strtoul(arguments[1], NULL, 10); calls > 0; calls--) call();
  take_long();
  printf("%u int8, %u binary, %u maxima, %u sums; %u refused\n", ran[1], ran[2], ran[3], ran[4], refused);
  return 0;
}
