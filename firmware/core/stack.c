#include "stack.h"

#include "port.h"

enum { PAINT = 0xa5, UNPAINTED_BELOW_CALLER = 256 };

/* Returns the approximate current address of the stack. */
static uintptr_t stack_pointer(void) {
  const volatile char here = 0;
  return (uintptr_t)&here;
}

void stack_paint(void) {
  uint8_t *lowest;
  uint8_t *top;
  port_stack(&lowest, &top);
  const uintptr_t end = stack_pointer() - UNPAINTED_BELOW_CALLER;
  for (volatile uint8_t *byte = lowest; (uintptr_t)byte < end; byte++) *byte = PAINT;
}

size_t stack_high_water(void) {
  uint8_t *lowest;
  uint8_t *top;
  port_stack(&lowest, &top);
  const volatile uint8_t *reached = lowest;
  while (reached < top && *reached == PAINT) reached++;
  return (size_t)(top - reached);
}

size_t stack_depth(void) {
  uint8_t *lowest;
  uint8_t *top;
  port_stack(&lowest, &top);
  return (size_t)((uintptr_t)top - stack_pointer());
}

bool stack_has_room(size_t bytes) {
  uint8_t *lowest;
  uint8_t *top;
  port_stack(&lowest, &top);
  return stack_pointer() > (uintptr_t)lowest + bytes;
}
