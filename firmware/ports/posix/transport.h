/* The line to the host: a TCP connection or a pseudo-terminal. */
#ifndef BD_EDGE_POSIX_LINE_H
#define BD_EDGE_POSIX_LINE_H
#include <stddef.h>
#include <stdint.h>

/** Starts to listen, and prints the name of the port on a line of its own: `socket://127.0.0.1:7000` or a path. */
void line_open(void);

/** What has come in, at most `capacity` bytes. Does not wait. */
size_t line_read(uint8_t *bytes, size_t capacity);

/** Sends all bytes; they are lost if nobody is there, or reads nothing for a second. */
void line_write(const uint8_t *bytes, size_t length);

/** Waits until something may have come in. */
void line_wait(void);

#endif
