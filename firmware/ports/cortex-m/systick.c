/* port_ticks with SysTick, an optional part of every Cortex-M: 24 bits of the core clock, and an interrupt
 * for the rest. */
#include "systick.h"
#include "port.h"
#include "start.h"

enum { CONTROL = 0xe000e010, RELOAD = 0xe000e014, CURRENT = 0xe000e018 };
static const uint32_t TOP = 0xffffff;

static volatile uint32_t wraps;

void systick_start(void) {
  *hardware(RELOAD) = TOP;
  *hardware(CURRENT) = 0;
  *hardware(CONTROL) = 7; /* enable, interrupt, core clock */
}

RESIDENT void systick_handler(void) {
  wraps = wraps + 1;
}

uint32_t port_ticks(void) {
  uint32_t before, down;
  do {
    before = wraps;
    down = *hardware(CURRENT);
  } while (before != wraps);
  return (before << 24) + (TOP - down);
}
