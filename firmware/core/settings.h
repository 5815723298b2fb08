/* Settings for a board at build time, as -DNAME=VALUE. */
#ifndef BD_EDGE_SETTINGS_H
#define BD_EDGE_SETTINGS_H

/** Bytes of the longest payload that the board accepts, 128 to 4096: a smaller value saves RAM, a larger one
 * saves time. */
#ifndef BOARD_PAYLOAD
#define BOARD_PAYLOAD 1024
#endif

/** Bytes of a bank for engines in flash; the two banks for models share the rest. If the firmware is built
 * with an engine instead of the interpreter, BOARD_BUILT_IN_ENGINE is defined, and this is 0. */
#ifndef BOARD_ENGINE_BANK
#define BOARD_ENGINE_BANK 32768
#endif

#ifdef BOARD_BUILT_IN_ENGINE
#undef BOARD_ENGINE_BANK
#define BOARD_ENGINE_BANK 0
#endif

/* BOARD_ENGINE_DIGESTS: the SHA-256 digests of the engines that the board accepts, as a list of bytes. If it
 * is not defined, the board accepts every valid engine. */

/** 1 to leave a model's weights in flash even if they fit in memory: for flash that is read as fast as RAM. */
#ifndef BOARD_LEAVE_WEIGHTS
#define BOARD_LEAVE_WEIGHTS 0
#endif

/** Bytes of an upload that are collected before they are written to flash: a multiple of flash_write_bytes,
 * at least 128, and a divisor of flash_erase_bytes. */
#ifndef BOARD_FLASH_CHUNK
#define BOARD_FLASH_CHUNK 256
#endif

/** The estimated pointer-sized words of the arena that the interpreter needs for an engine; the engine's
 * memory is the rest. Only used in INFO before an engine is loaded. */
#ifndef BOARD_INTERPRETER_WORDS
#define BOARD_INTERPRETER_WORDS 3400
#endif

/** Bytes of the interpreter's own stack. */
#ifndef BOARD_WASM_STACK
#define BOARD_WASM_STACK 2048
#endif

/** Bytes of the pages for the interpreter's code: small pages waste less of the last one, large pages need
 * fewer jumps. */
#ifndef BOARD_CODE_PAGE
#define BOARD_CODE_PAGE 1024
#endif

/** The maximum number of consecutive interpreter operations that call one another before they return the
 * native stack. 0 means no limit, for compilers that make jumps of these calls: all processors except
 * Cortex-M0 and M0+. About 20 bytes each. */
#ifndef BOARD_UNWIND_OPERATIONS
#define BOARD_UNWIND_OPERATIONS 0
#endif

/** Seconds after which the engine is stopped in a request, however often it is called: less than the host's
 * timeout. */
#ifndef BOARD_BUDGET_SECONDS
#define BOARD_BUDGET_SECONDS 20
#endif

/** Bytes of the native stack that must remain when wasm calls a function. */
#ifndef BOARD_STACK_MARGIN
#define BOARD_STACK_MARGIN 1024
#endif

/** Bytes of the native stack that must remain when a native kernel runs an op; kernels use less. */
#ifndef BOARD_KERNEL_STACK
#define BOARD_KERNEL_STACK 1536
#endif

#endif
