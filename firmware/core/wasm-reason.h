/* Why a module is rejected. The names are what hosts see, so they stay. */
#ifndef BD_EDGE_WASM_REASON_H
#define BD_EDGE_WASM_REASON_H

#include "wasm-subset.h"

#define WASM_REASON_NAME(NAME, TEXT) REASON_##NAME,
enum wasm_reason { REASON_NONE, WASM_REASONS(WASM_REASON_NAME) };
#undef WASM_REASON_NAME

/** Returns the text of a reason; empty for REASON_NONE. */
const char *wasm_reason_text(enum wasm_reason reason);

#endif
