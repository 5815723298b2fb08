/* The counter of port_ticks: this chip has no SysTick. TIMER0 runs at the core clock. */
#include "port.h"
#include "start.h"
#include "systick.h"

enum { TIMER = 0x40008000 };

void systick_start(void) {
  *hardware(TIMER + 0x508) = 3; /* 32 bits */
  *hardware(TIMER + 0x510) = 0; /* the core clock, undivided */
  *hardware(TIMER + 0x000) = 1;
}

uint32_t port_ticks(void) {
  *hardware(TIMER + 0x040) = 1; /* capture into the first register */
  return *hardware(TIMER + 0x540);
}

void systick_handler(void) {}
