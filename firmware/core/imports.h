/* The functions that a module may import: docs/link.md, "Kernels". */
#ifndef BD_EDGE_IMPORTS_H
#define BD_EDGE_IMPORTS_H
#include "wasm3.h"
#include <stddef.h>
#include <stdint.h>

/** Returns the signature of the import of a name, such as "i(iii)"; NULL if there is none. */
const char *imports_signature(const uint8_t *name, size_t length);

/** Links the imports of a module. Returns an error if their signatures differ. */
M3Result imports_link(IM3Module module);

/** Calls the import of a name. `values` has its arguments, and before them a place for the result, if it has
 * one. Returns NULL, or the trap. */
const void *imports_call(const char *name, uint64_t *values);

#endif
