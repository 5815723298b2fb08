#include "log.h"

#include "port.h"

#include <string.h>

void log_text(const char *text) { port_serial_write((const uint8_t *)text, strlen(text)); }

void log_number(uint32_t number) {
  char digits[11];
  char *first = digits + sizeof digits - 1;
  *first = '\0';
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  log_text(first);
}
