/* The memory that the interpreter asks for, taken from port_board.arena from one end to the other. It all goes back at
 * once, when another engine is loaded. */
#ifndef BD_EDGE_ARENA_H
#define BD_EDGE_ARENA_H
#include <stddef.h>

/** Takes everything back. */
void arena_reset(void);

/** Bytes in use. */
size_t arena_used(void);

/** Bytes of the largest piece that there is room for. */
size_t arena_room(void);

/** Takes back all pieces since so many bytes were in use, also those that came from elsewhere. */
void arena_rewind(size_t used);

/** Asks for memory elsewhere once there is no room: so many bytes, a multiple of 8, aligned to 8; NULL if there are
 * none. Forgotten by a reset. */
void arena_when_full(void *(*elsewhere)(size_t bytes));

/* What the C library's functions of these names do; NULL if there is no room. Only what was taken last can really be
 * given back or grow in place. Memory is zero when it is handed out, and where it grows. */
void *arena_calloc(size_t count, size_t bytes);
void *arena_realloc(void *memory, size_t bytes);
void arena_free(void *memory);

#endif
