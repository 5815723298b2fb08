#include "flash.h"

#include "bytes.h"
#include "port.h"
#include "settings.h"

#include <string.h>

enum { ERASED = 0xff };

const uint8_t *flash_at(size_t offset) { return port_board.flash + offset; }

bool flash_is_erased(size_t offset, size_t length) {
  const uint8_t *bytes = flash_at(offset);
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] != ERASED) return false;
  }
  return true;
}

bool flash_erase(size_t offset, size_t length) {
  return flash_is_erased(offset, length) || port_flash_erase(offset, length);
}

bool flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    /* Aligned and outside of flash, which some ports need. */
    _Alignas(16) uint8_t chunk[BOARD_FLASH_CHUNK];
    const size_t taken = smaller(length, sizeof chunk);
    const size_t padded = round_up(taken, port_board.flash_write_bytes);
    memcpy(chunk, bytes, taken);
    memset(chunk + taken, ERASED, padded - taken);
    if (!port_flash_write(offset, chunk, padded)) return false;
    offset += taken;
    bytes += taken;
    length -= taken;
  }
  return true;
}
