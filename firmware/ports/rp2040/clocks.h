#ifndef BD_EDGE_CLOCKS_H
#define BD_EDGE_CLOCKS_H
#include <stdint.h>

#define CLOCK_HZ UINT32_C(125000000)

/* From the crystal to 125 MHz, for the core and what hangs on it. */
void clocks_start(void);
/* Takes blocks of the chip out of reset, by their bits in RESETS; returns once they can be used. */
void unreset(uint32_t blocks);

#endif
