#include "cobs.h"

#include <string.h>

size_t cobs_decode(uint8_t *bytes, size_t length) {
  size_t read = 0;
  size_t written = 0;
  while (read < length) {
    const size_t code = bytes[read++];
    if (code == 0 || code - 1 > length - read) return COBS_INVALID;
    memmove(bytes + written, bytes + read, code - 1);
    read += code - 1;
    written += code - 1;
    if (code < 255 && read < length) bytes[written++] = 0;
  }
  return written;
}
