/* Measures the native stack. */
#ifndef BD_EDGE_STACK_H
#define BD_EDGE_STACK_H
#include <stdbool.h>
#include <stddef.h>

/** Paints the stack below the caller. Called once, as early as possible. */
void stack_paint(void);

/** Returns the peak in bytes since stack_paint(). */
size_t stack_high_water(void);

/** Returns the bytes in use by the caller and its callers. */
size_t stack_depth(void);

/** Returns whether there is room for `bytes` more. */
bool stack_has_room(size_t bytes);

#endif
