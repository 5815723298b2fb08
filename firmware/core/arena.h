/* The interpreter's memory, allocated from port_board.arena in one direction. All of it is freed when another
 * engine is loaded. */
#ifndef BD_EDGE_ARENA_H
#define BD_EDGE_ARENA_H
#include <stddef.h>

/** Frees everything. */
void arena_reset(void);

/** Returns the bytes in use. */
size_t arena_used(void);

/** Returns the bytes of the largest piece that fits. */
size_t arena_room(void);

/** Frees all pieces since this number of bytes was in use, also those outside the arena. */
void arena_rewind(size_t used);

/** Sets a function that provides memory when the arena is full: `bytes` is a multiple of 8, the result is
 * aligned to 8, NULL if there is none. A reset removes the function. */
void arena_when_full(void *(*elsewhere)(size_t bytes));

/* Like the C library's functions of these names; NULL if the arena is full. Only the last piece can be freed
 * or grow in place. New memory is zero. */
void *arena_calloc(size_t count, size_t bytes);
void *arena_realloc(void *memory, size_t bytes);
void arena_free(void *memory);

#endif
