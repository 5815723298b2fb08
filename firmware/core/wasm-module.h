/* The signatures of a module that its code refers to. wasm-subset.h has the limits of modules. */
#ifndef BD_EDGE_WASM_MODULE_H
#define BD_EDGE_WASM_MODULE_H
#include "wasm-reader.h"
#include "wasm-subset.h"

#include <stdbool.h>
#include <stdint.h>

/** Value types and the type of nothing, as in wasm, and a bit for globals that are not constants. */
enum { WASM_I32 = 0x7f, WASM_I64 = 0x7e, WASM_NOTHING = 0x40, WASM_MUTABLE = 0x80 };

struct wasm_signature {
  uint8_t parameters;
  uint8_t types[WASM_MAX_PARAMETERS];
  uint8_t result;
};

struct wasm_module {
  uint32_t type_count;
  uint32_t imported;
  uint32_t function_count; /* with imports */
  uint32_t global_count;
  uint32_t memory_bytes;
  uint8_t functions[WASM_MAX_FUNCTIONS]; /* index of the type */
  uint8_t globals[WASM_MAX_GLOBALS];     /* type, and WASM_MUTABLE */
  struct wasm_signature types[WASM_MAX_TYPES];
};

/** Reads a value type, or the type of nothing where a block may have it. */
uint8_t wasm_type(struct wasm_reader *reader, bool may_be_nothing);

/** Validates one function's locals and code. */
void wasm_validate_body(const struct wasm_module *module, const struct wasm_signature *signature,
                        struct wasm_reader *reader);

#endif
