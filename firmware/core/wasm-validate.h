/* Validates an engine before the interpreter reads it.
 *
 * * Accepted modules are valid WebAssembly and use only what our engines use: i32 and i64, blocks,
 * branches, calls, loads and stores, one memory that cannot grow, the imports of imports.h, and the
 * exports of an engine. Everything else is rejected, also if it is valid WebAssembly: tables and indirect
 * calls, start functions, custom sections, floats, memory.grow, br_table, several results, unreachable
 * code, and more than the limits of wasm-subset.h. */
#ifndef BD_EDGE_WASM_VALIDATE_H
#define BD_EDGE_WASM_VALIDATE_H
#include "wasm-reason.h"

#include <stddef.h>
#include <stdint.h>

/** Returns REASON_NONE if the module is accepted, else the reason. Reads each byte about once, and uses
 * less than 1 KB of stack. */
enum wasm_reason wasm_validate(const uint8_t *wasm, size_t length);

#endif
