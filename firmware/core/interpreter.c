#include "wasm3-config.h"

#include "m3_env.h"
#include "wasm3.h"

#include "budget.h"
#include "bytes.h"
#include "imports.h"
#include "interpreter.h"
#include "link-protocol.h"
#include "port.h"
#include "settings.h"
#include "stack.h"

const char interpreter_name[] = "wasm3 " M3_VERSION;
const char interpreter_out_of_budget[] = "[trap] stopped: it took too long";

enum { PAGE = 65536, ALIGNMENT = 16, I32_CONST = 0x41 };

static IM3Runtime runtime;

/* Of the interpreter, on each call within wasm. */
M3Result m3_Yield(void) {
  if (!stack_has_room()) return m3Err_trapStackOverflow;
  return budget_lasts() ? m3Err_none : interpreter_out_of_budget;
}

static struct fault fault_from(M3Result result) {
  if (result == m3Err_mallocFailed || result == m3Err_mallocFailedCodePage) {
    return fault_because(ERROR_OUT_OF_MEMORY, 0, result);
  }
  return fault_because(result[0] == '[' ? ERROR_TRAPPED : ERROR_ENGINE, 0, result);
}

uint32_t interpreter_memory_bytes(void) {
  if (runtime != NULL) return m3_GetMemorySize(runtime);
  const size_t own = BOARD_INTERPRETER_WORDS * sizeof(void *);
  return port_board.arena_bytes > own ? (uint32_t)(port_board.arena_bytes - own) : 0;
}

uint32_t interpreter_own_bytes(void) {
  return runtime == NULL ? 0 : (uint32_t)(arena_used() - m3_GetMemorySize(runtime));
}

/* All of its memory at once: growing would need room for both. */
static void give_all_memory(M3MemoryInfo *memory, uint32_t bytes) {
  const uint32_t pages = (bytes + PAGE - 1) / PAGE;
  if (memory->maxPages != 0 && memory->maxPages < pages) return;
  if (memory->initPages < pages) memory->initPages = pages;
}

/* Where the module's data ends in its memory; expressions that are not constants count as 0. */
static uint32_t data_end(const M3Module *module) {
  uint32_t end = 0;
  for (uint32_t i = 0; i < module->numDataSegments; i++) {
    const M3DataSegment *segment = &module->dataSegments[i];
    const uint8_t *at = segment->initExpr;
    int32_t offset = 0;
    if (*at++ == I32_CONST) ReadLEB_i32(&offset, &at, segment->initExpr + segment->initExprSize);
    if ((uint32_t)offset + segment->size > end) end = (uint32_t)offset + segment->size;
  }
  return end;
}

/* Loads and compiles a module whose memory has so many bytes, which may be less than a page: what lies beyond traps.
 * 0: as many as its data needs. */
static M3Result load(const uint8_t *wasm, size_t length, uint32_t memory_bytes, IM3Module *module) {
  interpreter_unload();
  IM3Environment environment = m3_NewEnvironment();
  if (environment == NULL) return m3Err_mallocFailed;
  runtime = m3_NewRuntime(environment, BOARD_WASM_STACK, NULL);
  if (runtime == NULL) return m3Err_mallocFailed;
  M3Result result = m3_ParseModule(environment, module, wasm, (uint32_t)length);
  if (result) return result;
  if (memory_bytes == 0) memory_bytes = (uint32_t)round_up(data_end(*module) + 1, ALIGNMENT);
  runtime->memoryLimit = memory_bytes;
  give_all_memory(&(*module)->memoryInfo, memory_bytes);
  result = m3_LoadModule(runtime, *module);
  if (!result) result = imports_link(*module);
  return result ? result : m3_CompileModule(*module);
}

struct fault interpreter_load(const uint8_t *wasm, size_t length) {
  /* Once to see how much the interpreter itself takes for this module, and again with all the rest as its memory. */
  IM3Module module;
  budget_start();
  M3Result result = load(wasm, length, 0, &module);
  if (!result) {
    const size_t rest = port_board.arena_bytes - interpreter_own_bytes();
    result = load(wasm, length, (uint32_t)(rest - rest % ALIGNMENT), &module);
  }
  if (!result) result = m3_RunStart(module);
  if (!result) return no_fault();
  interpreter_unload();
  return fault_from(result);
}

void interpreter_unload(void) {
  runtime = NULL;
  arena_reset();
}

wasm_function interpreter_find(const char *name, uint32_t parameters, uint32_t results) {
  IM3Function function;
  if (m3_FindFunction(&function, runtime, name)) return NULL;
  if (m3_GetArgCount(function) != parameters || m3_GetRetCount(function) != results) return NULL;
  for (uint32_t i = 0; i < parameters; i++) {
    if (m3_GetArgType(function, i) != c_m3Type_i32) return NULL;
  }
  return results == 0 || m3_GetRetType(function, 0) == c_m3Type_i32 ? function : NULL;
}

struct fault interpreter_call(wasm_function function, const uint32_t *arguments, uint32_t *result) {
  const void *pointers[1] = {arguments};
  const void *results[1] = {result};
  budget_start();
  M3Result fault = m3_Call(function, m3_GetArgCount(function), pointers);
  if (!fault && m3_GetRetCount(function) == 1) fault = m3_GetResults(function, 1, results);
  return fault ? fault_because(ERROR_TRAPPED, 0, fault) : no_fault();
}

uint8_t *interpreter_memory(uint32_t address, uint32_t length) {
  uint32_t bytes;
  uint8_t *memory = m3_GetMemory(runtime, &bytes, 0);
  return address <= bytes && length <= bytes - address ? memory + address : NULL;
}
