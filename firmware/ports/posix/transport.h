/* The transport to the host: a TCP connection, a serial port or a pseudo-terminal. */
#ifndef BD_EDGE_POSIX_TRANSPORT_H
#define BD_EDGE_POSIX_TRANSPORT_H
#include <stddef.h>
#include <stdint.h>

/**
 * Opens the port, and prints its address on a line of its own: `socket://127.0.0.1:7000` or a path. The process ends with
 * an error if the port does not open, and when a serial port is lost.
 */
void transport_open(void);

/** Returns received bytes, at most `capacity`. Does not wait. */
size_t transport_read(uint8_t *bytes, size_t capacity);

/** Sends all bytes. They are lost without a connection, or if the host reads nothing for a second. */
void transport_write(const uint8_t *bytes, size_t length);

/** Waits until bytes may have been received. */
void transport_wait(void);

#endif
