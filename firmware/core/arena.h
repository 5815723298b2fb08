/* The memory that the interpreter asks for, taken from port_board.arena from one end to the other. It all goes back at
 * once, when another engine is loaded. */
#ifndef BD_EDGE_ARENA_H
#define BD_EDGE_ARENA_H
#include <stddef.h>

/** Takes everything back. */
void arena_reset(void);

/** Bytes in use. */
size_t arena_used(void);

/* What the C library's functions of these names do; NULL if there is no room. Only what was taken last can really be
 * given back or grow in place. Memory is zero when it is handed out, and where it grows. */
void *arena_calloc(size_t count, size_t bytes);
void *arena_realloc(void *memory, size_t bytes);
void arena_free(void *memory);

#endif
