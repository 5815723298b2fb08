#include "wasm3-config.h"

#include "m3_compile.h"
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
#include "wasm-validate.h"

#include <string.h>

const char interpreter_name[] = "wasm3 " M3_VERSION;
const uint8_t *const interpreter_built_in = NULL;
const char interpreter_out_of_budget[] = "[trap] time limit exceeded";

enum { PAGE = 65536, HEAP_ALIGNMENT = 8, I32_CONST = 0x41 };

#ifdef _mem
M3MemoryHeader *wasm3_memory;
#endif
static IM3Runtime runtime;
static IM3Module module;

/* Bytes of the module's memory that code must not use, and the part of them with the module's data. */
static uint32_t kept;
static uint32_t data_bytes;
/* For each function of the module: whether compiled code calls it. */
static uint8_t *called;
/* Whether no function is compiled any more. */
static bool sealed;
/* The state before any compilation: bytes of the arena and of the module's memory, and a page for code. */
static size_t used_before;
static uint32_t memory_before;
static IM3CodePage page_before;

/* The interpreter calls this on each call within wasm. */
M3Result m3_Yield(void) {
  if (!stack_has_room(BOARD_STACK_MARGIN)) return m3Err_trapStackOverflow;
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

/* Allocates all memory at once: growing would need room for both. */
static void give_all_memory(M3MemoryInfo *memory, uint32_t bytes) {
  const uint32_t pages = (bytes + PAGE - 1) / PAGE;
  if (memory->maxPages != 0 && memory->maxPages < pages) return;
  if (memory->initPages < pages) memory->initPages = pages;
}

/* Returns the end of the module's data in its memory; expressions that are not constants count as 0. */
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

/* The end of the module's memory, after it has been given the rest of the arena. */
static void *end_of_memory(size_t bytes) {
  M3MemoryHeader *memory = runtime->memory.mallocated;
  if (memory == NULL || memory->length < kept) return NULL;
  uint8_t *start = (uint8_t *)(memory + 1);
  const size_t misaligned = (uintptr_t)(start + memory->length) % HEAP_ALIGNMENT;
  if (memory->length - kept < misaligned + bytes) return NULL;
  memory->length -= misaligned + bytes;
  return start + memory->length;
}

/* The maximum stack of the functions that the module calls, which wasm3 omits from its own count. */
static uint32_t most_values(void) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < module->numFuncTypes; i++) {
    const uint32_t values = module->funcTypes[i]->numArgs + module->funcTypes[i]->numRets;
    if (values > most) most = values;
  }
  return most;
}

/* Gives the module all remaining memory, which may be less than a page. Accesses beyond it trap. */
static M3Result load(const uint8_t *wasm, size_t length) {
  interpreter_unload();
  IM3Environment environment = m3_NewEnvironment();
  if (environment == NULL) return m3Err_mallocFailed;
  M3Result result = m3_ParseModule(environment, &module, wasm, (uint32_t)length);
  if (result) return result;
  const uint32_t spare = most_values() * sizeof(uint64_t);
  runtime = m3_NewRuntime(environment, BOARD_WASM_STACK + spare, NULL);
  if (runtime == NULL) return m3Err_mallocFailed;
  runtime->numStackSlots -= spare / sizeof(m3slot_t);
  kept = data_bytes = data_end(module);
  const size_t room = arena_room();
  if (room < sizeof(M3MemoryHeader) + kept) return m3Err_mallocFailed;
  runtime->memoryLimit = (uint32_t)(room - sizeof(M3MemoryHeader));
  give_all_memory(&module->memoryInfo, runtime->memoryLimit);
  arena_when_full(end_of_memory);
  result = m3_LoadModule(runtime, module);
  /* Growing would take back the memory of code. */
  runtime->memory.maxPages = runtime->memory.numPages;
  return result ? result : imports_link(module);
}

static void set_memory(void) {
#ifdef _mem
  wasm3_memory = runtime->memory.mallocated;
#endif
}

/* From here on, the interpreter allocates code only. */
static void remember(void) {
  used_before = arena_used();
  memory_before = m3_GetMemorySize(runtime);
  page_before = runtime->environment->pagesReleased;
}

static void forget_code(void) {
  runtime->pagesOpen = NULL;
  runtime->pagesFull = NULL;
  runtime->environment->pagesReleased = page_before;
  if (page_before != NULL) {
    page_before->info.lineIndex = 0;
    page_before->info.next = NULL;
  }
  for (uint32_t i = 0; i < module->numFunctions; i++) {
    IM3Function function = &module->functions[i];
    if (function->wasm == NULL) continue;
    function->compiled = NULL;
    function->constants = NULL;
    function->numConstantBytes = 0;
  }
  arena_rewind(used_before);
  M3MemoryHeader *memory = runtime->memory.mallocated;
  if (memory == NULL) return;
  memset((uint8_t *)(memory + 1) + memory->length, 0, memory_before - memory->length);
  memory->length = memory_before;
}

bool interpreter_is_sealed(void) { return sealed; }

void interpreter_seal(void) { sealed = true; }

void interpreter_calls(wasm_function function) {
  if (called != NULL) called[function - module->functions] = 1;
}

/* Compiles the functions that compiled code calls, until all are compiled. */
static M3Result compile_called(void) {
  for (bool more = true; more;) {
    more = false;
    for (uint32_t i = 0; i < module->numFunctions; i++) {
      IM3Function function = &module->functions[i];
      if (!called[i] || function->compiled != NULL) continue;
      const M3Result result = CompileFunction(function);
      if (result) return result;
      more = true;
    }
  }
  return m3Err_none;
}

struct fault interpreter_compile(const wasm_function *functions, size_t count, bool all) {
  forget_code();
  sealed = false;
  called = all ? arena_calloc(module->numFunctions, 1) : NULL;
  if (all && called == NULL) return fault_from(m3Err_mallocFailed);
  M3Result result = m3Err_none;
  for (size_t i = 0; i < count && !result; i++) {
    if (functions[i] != NULL && functions[i]->compiled == NULL) result = CompileFunction(functions[i]);
  }
  if (all && !result) result = compile_called();
  called = NULL;
  return result ? fault_from(result) : no_fault();
}

void interpreter_keep(uint32_t bytes) { kept = bytes > data_bytes ? bytes : data_bytes; }

struct fault interpreter_load(const uint8_t *wasm, size_t length) {
  const enum wasm_reason reason = wasm_validate(wasm, length);
  if (reason != REASON_NONE) {
    interpreter_unload();
    return fault_because(ERROR_ENGINE, 0, wasm_reason_text(reason));
  }
  const M3Result result = load(wasm, length);
  if (!result) {
    remember();
    return no_fault();
  }
  interpreter_unload();
  return fault_from(result);
}

void interpreter_unload(void) {
  runtime = NULL;
  called = NULL;
  arena_reset();
}

/* Unlike the interpreter's own search, this compiles nothing. */
static IM3Function find(const char *name) {
  for (uint32_t i = 0; i < module->numFunctions; i++) {
    IM3Function function = &module->functions[i];
    for (uint32_t j = 0; j < function->numNames && function->wasm != NULL; j++) {
      if (function->names[j] != NULL && strcmp(function->names[j], name) == 0) return function;
    }
  }
  return NULL;
}

wasm_function interpreter_find(const char *name, uint32_t parameters, uint32_t results) {
  const IM3Function function = find(name);
  if (function == NULL) return NULL;
  if (m3_GetArgCount(function) != parameters || m3_GetRetCount(function) != results) return NULL;
  for (uint32_t i = 0; i < parameters; i++) {
    if (m3_GetArgType(function, i) != c_m3Type_i32) return NULL;
  }
  return results == 0 || m3_GetRetType(function, 0) == c_m3Type_i32 ? function : NULL;
}

struct fault interpreter_call(wasm_function function, const uint32_t *arguments, uint32_t *result) {
  const void *pointers[1] = {arguments};
  const void *results[1] = {result};
  set_memory();
  M3Result fault = m3_Call(function, m3_GetArgCount(function), pointers);
  if (!fault && m3_GetRetCount(function) == 1) fault = m3_GetResults(function, 1, results);
  return fault ? fault_from(fault) : no_fault();
}

uint8_t *interpreter_memory(uint32_t address, uint32_t length) {
  uint32_t bytes;
  uint8_t *memory = m3_GetMemory(runtime, &bytes, 0);
  return address <= bytes && length <= bytes - address ? memory + address : NULL;
}
