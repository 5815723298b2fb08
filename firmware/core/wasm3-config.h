/* Included before every file of the interpreter (-include): its configuration and its memory functions. Its
 * own files are unchanged. */
#ifndef BD_EDGE_WASM3_CONFIG_H
#define BD_EDGE_WASM3_CONFIG_H
#include "arena.h"
#include "settings.h"
#include <stdint.h>
#include <stdlib.h>

/* Integers only: floats would cost 18 to 38 KB and a mathematics library. */
#define d_m3HasFloat 0
#define d_m3VerboseErrorMessages 0
#define d_m3MaxFunctionStackHeight 128
#define d_m3MaxConstantTableSize 64
#define d_m3CodePageAlignSize BOARD_CODE_PAGE

#define calloc arena_calloc
#define realloc arena_realloc
#define free arena_free

#if UINTPTR_MAX == UINT32_MAX
#include "wasm3-operations.h"
#endif

#endif
