/* The store's flash, by the byte: whole units are the business of this file. */
#ifndef BD_EDGE_FLASH_H
#define BD_EDGE_FLASH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where a byte of the flash can be read. */
const uint8_t *flash_at(size_t offset);

/** Whether all of these bytes read as erased. */
bool flash_is_erased(size_t offset, size_t length);

/** Erases one unit, or one block, that begins at `offset`, unless it is erased already. False if the flash failed. */
bool flash_erase(size_t offset, size_t length);

/** Writes to erased flash; the last unit is filled up with 0xff. False if the flash failed. */
bool flash_write(size_t offset, const uint8_t *bytes, size_t length);

#endif
