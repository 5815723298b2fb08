/* `validate-wasm < MODULES`: validates modules (u32 length, then the bytes, each) and prints the reason of
 * each, or "accepted". Accepted ones are loaded, compiled and run as the firmware does it, with a time
 * limit. AddressSanitizer watches that, and the interpreter's code, which shares the arena, has to stay as
 * it is: nothing is compiled, and nothing else is written there, except that the first call of a function
 * replaces an operation. */
#include "budget.h"
#include "bytes.h"
#include "interpreter.h"
#include "port.h"
#include "wasm-validate.h"
#include "memory-port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  uint32_t parameters;
  uint32_t results;
} exports[] = {
    {"abi", 0, 1},         {"reserve", 1, 1}, {"loadModel", 1, 1}, {"memoryUsed", 0, 1},    {"opCount", 0, 1},
    {"tensorAddress", 1, 1}, {"tensorSize", 1, 1}, {"runOp", 1, 0}, {"tensorChecksum", 1, 1}, {"run", 0, 0},
};
enum { EXPORTS = sizeof exports / sizeof *exports };

/* The words of the arena after linear memory. */
static uintptr_t code[TEST_RAM / sizeof(uintptr_t)];

static const uintptr_t *find_code(size_t *words) {
  const uint8_t *end = interpreter_memory(0, 0) + interpreter_memory_bytes();
  *words = (size_t)(port_board.arena + port_board.arena_bytes - end) / sizeof *code;
  return (const uintptr_t *)(const void *)end;
}

/* Returns whether code is the same, apart from first calls: an operation, always by the same one, and its
 * operand. */
static bool is_same_code(size_t words) {
  size_t now;
  const uintptr_t *its = find_code(&now);
  uintptr_t first_call = 0;
  uintptr_t call = 0;
  if (now != words) return false;
  for (size_t i = 0; i < words; i++) {
    if (its[i] == code[i]) continue;
    if (first_call == 0) first_call = code[i], call = its[i];
    if (code[i] != first_call || its[i] != call) return false;
    i++;
  }
  return true;
}

static void run(const uint8_t *wasm, size_t length) {
  wasm_function functions[EXPORTS];
  if (is_fault(interpreter_load(wasm, length))) return;
  for (int i = 0; i < EXPORTS; i++) {
    functions[i] = interpreter_find(exports[i].name, exports[i].parameters, exports[i].results);
  }
  if (is_fault(interpreter_compile(functions, EXPORTS, true))) return;
  interpreter_seal();
  size_t words;
  const uintptr_t *start = find_code(&words);
  memcpy(code, start, words * sizeof *code);
  for (int i = 0; i < EXPORTS; i++) {
    if (functions[i] == NULL) continue;
    const uint32_t argument = test_random(2) ? test_random(100) : 0u - test_random(100);
    uint32_t result;
    budget_start();
    interpreter_call(functions[i], &argument, &result);
    if (!is_same_code(words)) test_fail("The engine changed the interpreter's code.");
  }
}

int main(void) {
  port_init();
  /* The last line is the module that a failure belongs to. */
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  uint8_t head[4];
  while (fread(head, 1, sizeof head, stdin) == sizeof head) {
    const size_t length = load_u32(head);
    /* A piece of its own, so that AddressSanitizer sees a read beyond its end. */
    uint8_t *wasm = malloc(length ? length : 1);
    if (wasm == NULL || fread(wasm, 1, length, stdin) != length) return 3;
    const enum wasm_reason reason = wasm_validate(wasm, length);
    puts(reason == REASON_NONE ? "accepted" : wasm_reason_text(reason));
    if (reason == REASON_NONE) run(wasm, length);
    interpreter_unload();
    free(wasm);
  }
  return 0;
}
