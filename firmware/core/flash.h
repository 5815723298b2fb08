/* Byte access to the store's flash; this file handles whole units. */
#ifndef BD_EDGE_FLASH_H
#define BD_EDGE_FLASH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Returns the address of a byte of flash. */
const uint8_t *flash_at(size_t offset);

/** Returns whether all of these bytes are erased. */
bool flash_is_erased(size_t offset, size_t length);

/** Erases the unit or block at `offset`, unless it is erased. Returns false if the flash failed. */
bool flash_erase(size_t offset, size_t length);

/** Writes to erased flash; the last unit is padded with 0xff. Returns false if the flash failed. */
bool flash_write(size_t offset, const uint8_t *bytes, size_t length);

#endif
