#ifndef BD_EDGE_CLOCKS_H
#define BD_EDGE_CLOCKS_H
#include <stdint.h>

#define CLOCK_HZ UINT32_C(125000000)

/* Switches from the crystal to 125 MHz for the core and its peripherals, and starts the 48 MHz of USB. */
void clocks_start(void);
/* Takes blocks of the chip out of reset, by their bits in RESETS; returns when they are ready. */
void unreset(uint32_t blocks);

#endif
