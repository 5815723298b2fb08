/* What a module may import of the firmware: docs/link.md, "Kernels". */
#ifndef BD_EDGE_IMPORTS_H
#define BD_EDGE_IMPORTS_H
#include "wasm3.h"

/** Links the imports that the module has. An error if it wants them otherwise than they are. */
M3Result imports_link(IM3Module module);

#endif
