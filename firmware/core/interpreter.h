/* Runs the engine: the WebAssembly interpreter wasm3 with one module at a time, integers only, in the arena.
 * If the firmware was built with an engine (`bd-edge compile`), compiled.c implements this header with that
 * engine's C. */
#ifndef BD_EDGE_INTERPRETER_H
#define BD_EDGE_INTERPRETER_H
#include "fault.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An exported function of a module. */
typedef struct M3Function *wasm_function;

/** The name of the interpreter in INFO; empty without one. */
extern const char interpreter_name[];

/** The digest of the engine that is built into the firmware, which then accepts no other; NULL if engines are
 * uploaded. */
extern const uint8_t *const interpreter_built_in;

/** The reason of a fault after the time limit of budget.h. */
extern const char interpreter_out_of_budget[];

/** Returns the bytes of linear memory that the module has besides its code; without a module, an estimate. */
uint32_t interpreter_memory_bytes(void);

/** Returns the bytes of the arena that the interpreter itself uses. */
uint32_t interpreter_own_bytes(void);

/** Validates a module (wasm-validate.h) and replaces the previous one. Its bytes must not move. After
 * ERROR_ENGINE or ERROR_OUT_OF_MEMORY there is no module. */
struct fault interpreter_load(const uint8_t *wasm, size_t length);

/** Removes the module. */
void interpreter_unload(void);

/** Returns an exported function with this number of i32 parameters and results (0 or 1); NULL if there is
 * none. */
wasm_function interpreter_find(const char *name, uint32_t parameters, uint32_t results);

/** Compiles these functions (entries may be NULL) in the place of the previous ones. With `all`, also
 * compiles the functions that they call; otherwise these are compiled at their first call, until
 * `interpreter_seal`. Only compiled functions can be called. Code uses the end of the module's memory,
 * except the reserved part. ERROR_ENGINE or ERROR_OUT_OF_MEMORY. */
struct fault interpreter_compile(const wasm_function *functions, size_t count, bool all);

/** Reserves this number of bytes of linear memory from address 0 on, or the module's data if that is more:
 * code does not use them. */
void interpreter_keep(uint32_t bytes);

/** Ends compilation: a call of a function that is not compiled traps, until the next `interpreter_compile`.
 * Code and linear memory then keep their places. */
void interpreter_seal(void);

/** Returns whether compilation has ended. */
bool interpreter_is_sealed(void);

/** Called by the compiler: another function calls this one. */
void interpreter_calls(wasm_function function);

/** Calls a compiled function with its arguments; writes its result, if any. ERROR_TRAPPED with the trap as
 * its reason; ERROR_ENGINE or ERROR_OUT_OF_MEMORY if its compilation fails. */
struct fault interpreter_call(wasm_function function, const uint32_t *arguments, uint32_t *result);

/** Returns the pointer for an address of linear memory; NULL if not all `length` bytes are in it. */
uint8_t *interpreter_memory(uint32_t address, uint32_t length);

#endif
