/* What a module may import of the firmware: docs/link.md, "Kernels". */
#ifndef BD_EDGE_IMPORTS_H
#define BD_EDGE_IMPORTS_H
#include "wasm3.h"

/** Links the imports that the module has. An error if it wants them otherwise than they are. */
M3Result imports_link(IM3Module module);

/** Does what a module asks of the import of a name: its arguments in a row, behind a place for the result where it has
 * one. Returns NULL, or the trap. */
const void *imports_call(const char *name, uint64_t *values);

#endif
