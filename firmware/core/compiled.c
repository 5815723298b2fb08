/* interpreter.h without an interpreter. The engine is C that `bd-edge compile --build board` generates, and
 * it cannot be replaced. It runs without checks: it is part of the firmware, and rejects invalid models. Its
 * imports are checked, and they check the time limit. */
#define M3_IMPLEMENT_ERROR_STRINGS
#include "wasm3.h"

#include "budget.h"
#include "engine.h"
#include "engine-layout.h"
#include "imports.h"
#include "interpreter.h"
#include "link-protocol.h"
#include "port.h"

#include <string.h>

static const uint8_t engine_digest[] = {ENGINE_SHA256};
_Static_assert(sizeof engine_digest == DIGEST_BYTES, "the engine's digest has the link's size");

const char interpreter_name[] = "";
const uint8_t *const interpreter_built_in = engine_digest;
const char interpreter_out_of_budget[] = "[trap] time limit exceeded";

struct M3Function {
  const char *name;
  uint32_t parameters;
  uint32_t results;
};

enum { ABI, RESERVE, LOAD_MODEL, MEMORY_USED, OP_COUNT, TENSOR_ADDRESS, TENSOR_SIZE, RUN_OP, RUN, FUNCTIONS };
static struct M3Function functions[FUNCTIONS] = {
    [ABI] = {"abi", 0, 1},
    [RESERVE] = {"reserve", 1, 1},
    [LOAD_MODEL] = {"loadModel", 1, 1},
    [MEMORY_USED] = {"memoryUsed", 0, 1},
    [OP_COUNT] = {"opCount", 0, 1},
    [TENSOR_ADDRESS] = {"tensorAddress", 1, 1},
    [TENSOR_SIZE] = {"tensorSize", 1, 1},
    [RUN_OP] = {"runOp", 1, 0},
    [RUN] = {"run", 0, 0},
};

/* The fault of this call. After it, imports do nothing, so that the call ends. */
static const char *trap;

uint32_t interpreter_memory_bytes(void) { return (uint32_t)port_board.arena_bytes; }

uint32_t interpreter_own_bytes(void) { return 0; }

struct fault interpreter_load(const uint8_t *wasm, size_t length) {
  (void)wasm, (void)length;
  engine_start(port_board.arena, (uint32_t)port_board.arena_bytes);
  return no_fault();
}

void interpreter_unload(void) {}

wasm_function interpreter_find(const char *name, uint32_t parameters, uint32_t results) {
  for (int i = 0; i < FUNCTIONS; i++) {
    struct M3Function *function = &functions[i];
    if (strcmp(function->name, name) != 0) continue;
    return function->parameters == parameters && function->results == results ? function : NULL;
  }
  return NULL;
}

struct fault interpreter_compile(const wasm_function *compiled, size_t count, bool all) {
  (void)compiled, (void)count, (void)all;
  return no_fault();
}

void interpreter_seal(void) {}

void interpreter_keep(uint32_t bytes) { (void)bytes; }

static uint32_t call(wasm_function function, uint32_t argument) {
  switch (function - functions) {
    case ABI: return engine_abi();
    case RESERVE: return engine_reserve(argument);
    case LOAD_MODEL: return engine_loadModel(argument);
    case MEMORY_USED: return engine_memoryUsed();
    case OP_COUNT: return engine_opCount();
    case TENSOR_ADDRESS: return engine_tensorAddress(argument);
    case TENSOR_SIZE: return engine_tensorSize(argument);
    case RUN_OP: engine_runOp(argument); return 0;
    default: engine_run(); return 0;
  }
}

struct fault interpreter_call(wasm_function function, const uint32_t *arguments, uint32_t *result) {
  trap = NULL;
  const uint32_t answer = call(function, function->parameters == 1 ? arguments[0] : 0);
  if (function->results == 1) *result = answer;
  return trap != NULL ? fault_because(ERROR_TRAPPED, 0, trap) : no_fault();
}

uint8_t *interpreter_memory(uint32_t address, uint32_t length) {
  const size_t bytes = port_board.arena_bytes;
  return address <= bytes && length <= bytes - address ? port_board.arena + address : NULL;
}

void engine_import(const char *name, uint64_t *values) {
  if (trap == NULL) trap = imports_call(name, values);
}
