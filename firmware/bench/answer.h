/* Reads bytes and prints numbers, one per line. */
#ifndef BD_EDGE_BENCH_ANSWER_H
#define BD_EDGE_BENCH_ANSWER_H
#include "port.h"

static inline void print_number(uint32_t number) {
  char text[12];
  char *at = text + sizeof text;
  *--at = '\n';
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  port_serial_write((const uint8_t *)at, (size_t)(text + sizeof text - at));
}

static inline uint8_t read_byte(void) {
  uint8_t byte;
  while (port_serial_read(&byte, 1) == 0) port_idle();
  return byte;
}

#endif
