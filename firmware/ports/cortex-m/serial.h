#ifndef BD_EDGE_SERIAL_H
#define BD_EDGE_SERIAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For a board's receive interrupt. */

/* Takes a received byte. */
void serial_received(uint8_t byte);
/* Records that the hardware lost bytes before the interrupt. */
void serial_lost(void);

/* For a board with a second port, which defines port_serial_read and port_serial_pending itself. */
size_t serial_read(uint8_t *bytes, size_t capacity);
bool serial_pending(void);

#endif
