/* The receive buffer between a board's receive interrupt and port_serial_read: one writer, one reader, no
 * lock. */
#include "serial.h"
#include "board.h"
#include "port.h"
#include "start.h"

_Static_assert((SERIAL_BUFFER_BYTES & (SERIAL_BUFFER_BYTES - 1)) == 0, "SERIAL_BUFFER_BYTES is a power of two");

static uint8_t buffer[SERIAL_BUFFER_BYTES];
/* Both only increase; their difference is the number of bytes in the buffer. */
static volatile uint32_t taken, put;
static volatile bool lost;

RESIDENT void serial_received(uint8_t byte) {
  const uint32_t end = put;
  if (end - taken == SERIAL_BUFFER_BYTES) {
    lost = true;
    return;
  }
  buffer[end % SERIAL_BUFFER_BYTES] = byte;
  put = end + 1;
}

RESIDENT void serial_lost(void) {
  lost = true;
}

bool serial_pending(void) {
  return put != taken;
}

size_t serial_read(uint8_t *bytes, size_t capacity) {
  const uint32_t start = taken;
  const uint32_t held = put - start;
  const size_t count = held < capacity ? held : capacity;
  for (size_t i = 0; i < count; i++) bytes[i] = buffer[(start + i) % SERIAL_BUFFER_BYTES];
  taken = start + count;
  return count;
}

/* The functions of boards with one port. */
__attribute__((weak)) bool port_serial_pending(void) {
  return serial_pending();
}

__attribute__((weak)) size_t port_serial_read(uint8_t *bytes, size_t capacity) {
  return serial_read(bytes, capacity);
}

bool port_serial_overrun(void) {
  const bool was = lost;
  if (was) lost = false;
  return was;
}
