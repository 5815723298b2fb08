/* What may be chosen for a board when the firmware is built, as -DNAME=VALUE. */
#ifndef BD_EDGE_SETTINGS_H
#define BD_EDGE_SETTINGS_H

/** Bytes of the longest payload that the board takes, 128 to 4096: fewer save RAM, more save time. */
#ifndef BOARD_PAYLOAD
#define BOARD_PAYLOAD 1024
#endif

/** Bytes of a bank for engines in flash; the two banks for models share what is left. Where the firmware is built with an
 * engine of its own in the place of the interpreter, BOARD_BUILT_IN_ENGINE is defined, and there is none. */
#ifndef BOARD_ENGINE_BANK
#define BOARD_ENGINE_BANK 32768
#endif

#ifdef BOARD_BUILT_IN_ENGINE
#undef BOARD_ENGINE_BANK
#define BOARD_ENGINE_BANK 0
#endif

/** 1 to leave a model's weights in flash also where they fit in memory: for flash that is read as fast as RAM. */
#ifndef BOARD_LEAVE_WEIGHTS
#define BOARD_LEAVE_WEIGHTS 0
#endif

/** Bytes of an upload that are collected before they go to flash: a multiple of flash_write_bytes, at least 128, and a
 * divisor of flash_erase_bytes. */
#ifndef BOARD_FLASH_CHUNK
#define BOARD_FLASH_CHUNK 256
#endif

/** Pointer-sized words of the arena that the interpreter is expected to take for an engine; the rest is for the engine's
 * memory. Only what HELLO says before there is one: then it is known. */
#ifndef BOARD_INTERPRETER_WORDS
#define BOARD_INTERPRETER_WORDS 3400
#endif

/** Bytes of the interpreter's own stack. */
#ifndef BOARD_WASM_STACK
#define BOARD_WASM_STACK 2048
#endif

/** Bytes of the pages that the interpreter's code is in: fewer leave less of the last one unused, more have fewer jumps. */
#ifndef BOARD_CODE_PAGE
#define BOARD_CODE_PAGE 1024
#endif

/** How many operations of the interpreter in a row may call one another before they give the native stack back: 0 for all,
 * where the compiler makes jumps of these calls, as for all processors but Cortex-M0 and M0+. Some 20 bytes each. */
#ifndef BOARD_UNWIND_OPERATIONS
#define BOARD_UNWIND_OPERATIONS 0
#endif

/** Seconds after which a call of the engine is stopped: less than a host waits for an answer. */
#ifndef BOARD_BUDGET_SECONDS
#define BOARD_BUDGET_SECONDS 20
#endif

/** Bytes of the native stack that must be left when wasm calls a function. */
#ifndef BOARD_STACK_MARGIN
#define BOARD_STACK_MARGIN 1024
#endif

#endif
