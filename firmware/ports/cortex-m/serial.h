/* Functions for a board's receive interrupt. */
#ifndef BD_EDGE_SERIAL_H
#define BD_EDGE_SERIAL_H
#include <stdint.h>

/* Takes a received byte. */
void serial_received(uint8_t byte);
/* Records that the hardware lost bytes before the interrupt. */
void serial_lost(void);

#endif
