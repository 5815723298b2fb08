/* The transport to the host: a TCP connection or a pseudo-terminal. */
#ifndef BD_EDGE_POSIX_TRANSPORT_H
#define BD_EDGE_POSIX_TRANSPORT_H
#include <stddef.h>
#include <stdint.h>

/** Starts to listen, and prints the address of the port on its own line: `socket://127.0.0.1:7000` or a path. */
void transport_open(void);

/** Returns received bytes, at most `capacity`. Does not wait. */
size_t transport_read(uint8_t *bytes, size_t capacity);

/** Sends all bytes. They are lost without a connection, or if the host reads nothing for a second. */
void transport_write(const uint8_t *bytes, size_t length);

/** Waits until bytes may have been received. */
void transport_wait(void);

#endif
