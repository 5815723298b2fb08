/* How far down the native stack has reached. */
#ifndef BD_EDGE_STACK_H
#define BD_EDGE_STACK_H
#include <stdbool.h>
#include <stddef.h>

/** Paints what lies below the caller; to be called once, as early as possible. */
void stack_paint(void);

/** Most bytes in use since stack_paint(). */
size_t stack_high_water(void);

/** Whether there is room for another call of the interpreter. */
bool stack_has_room(void);

#endif
