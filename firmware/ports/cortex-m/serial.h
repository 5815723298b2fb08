/* What a board's receive interrupt calls. */
#ifndef BD_EDGE_SERIAL_H
#define BD_EDGE_SERIAL_H
#include <stdint.h>

/* A byte came. */
void serial_received(uint8_t byte);
/* The hardware lost bytes before the interrupt could take them. */
void serial_lost(void);

#endif
