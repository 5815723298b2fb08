/* The signatures of a module that its code refers to, and the limits of modules. */
#ifndef BD_EDGE_WASM_MODULE_H
#define BD_EDGE_WASM_MODULE_H
#include "wasm-reader.h"

#include <stdbool.h>
#include <stdint.h>

/** Value types and the type of nothing, as in wasm, and a bit for globals that are not constants. */
enum { WASM_I32 = 0x7f, WASM_I64 = 0x7e, WASM_NOTHING = 0x40, WASM_MUTABLE = 0x80 };

/** Limits, with room for larger engines than ours. The interpreter compiles blocks recursively: their depth
 * limits its stack. */
enum {
  WASM_MAX_TYPES = 32,
  WASM_MAX_PARAMETERS = 8,
  WASM_MAX_IMPORTS = 8,
  WASM_MAX_FUNCTIONS = 96, /* with imports */
  WASM_MAX_GLOBALS = 64,
  WASM_MAX_PAGES = 1024, /* of which a board gives what it has */
  WASM_MAX_SEGMENTS = 8,
  WASM_MAX_LOCALS = 48, /* with parameters */
  WASM_MAX_BODY_BYTES = 4096,
  WASM_MAX_OPERANDS = 32,
  WASM_MAX_BLOCKS = 16 /* nested, with the function */
};

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
