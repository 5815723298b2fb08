/* What runs the engine: the WebAssembly interpreter wasm3, one module at a time, integers only, in the arena. Or, where the
 * firmware was built with an engine of its own (`bd-edge compile`), that engine's C: compiled.c. */
#ifndef BD_EDGE_INTERPRETER_H
#define BD_EDGE_INTERPRETER_H
#include "fault.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A function that a module exports. */
typedef struct M3Function *wasm_function;

/** Names the interpreter in HELLO; empty without one. */
extern const char interpreter_name[];

/** The digest of the engine that is built into the firmware, which takes no other then; NULL if engines are uploaded. */
extern const uint8_t *const interpreter_built_in;

/** The reason of a fault where a call took longer than BOARD_BUDGET_SECONDS. */
extern const char interpreter_out_of_budget[];

/** Bytes of linear memory that the module has beside its code; if there is none, about what one would get. */
uint32_t interpreter_memory_bytes(void);

/** Bytes of the arena that the interpreter itself has in use. */
uint32_t interpreter_own_bytes(void);

/** Takes a module in the place of the one before, and runs its start function if it has one. The module's bytes have to
 * stay where they are. ERROR_ENGINE, ERROR_OUT_OF_MEMORY or ERROR_TRAPPED: then there is none. */
struct fault interpreter_load(const uint8_t *wasm, size_t length);

/** Forgets the module. */
void interpreter_unload(void);

/** An exported function of so many i32 parameters and results (0 or 1); NULL if there is none. */
wasm_function interpreter_find(const char *name, uint32_t parameters, uint32_t results);

/** Compiles these functions (NULL: none) in the place of what was compiled before, and with `all` whatever they call; else
 * that is compiled where it is first called. They can be called, and others only where they were. Code takes its memory
 * from the end of the module's, but for what is kept. ERROR_ENGINE or ERROR_OUT_OF_MEMORY. */
struct fault interpreter_compile(const wasm_function *functions, size_t count, bool all);

/** So many bytes of linear memory, from address 0 on, are in use, or as many as the module's data if they are more: code
 * cannot take them. */
void interpreter_keep(uint32_t bytes);

/** Of the compiler: this function is called by another. */
void interpreter_calls(wasm_function function);

/** Calls a compiled function with its arguments; writes its result, if it has one. ERROR_TRAPPED, with the trap as its
 * reason; ERROR_ENGINE or ERROR_OUT_OF_MEMORY if it has to be compiled and cannot be. */
struct fault interpreter_call(wasm_function function, const uint32_t *arguments, uint32_t *result);

/** Linear memory of interpreter_memory_bytes(), from its address `address` on; NULL if not all `length` bytes are in it. */
uint8_t *interpreter_memory(uint32_t address, uint32_t length);

#endif
