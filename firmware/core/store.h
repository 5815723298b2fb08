/* Keeps uploads in flash: two banks for each slot, so that an upload goes beside the one in use. Whenever the power
 * goes, the pair in use is the one before or the new one, whole. */
#ifndef BD_EDGE_STORE_H
#define BD_EDGE_STORE_H
#include "fault.h"
#include "pair-log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads what the flash has. To be called before anything else. False if the flash is too small to hold
 * anything, or its units are none that it can use (port.h, BOARD_FLASH_CHUNK): uploads are then refused. */
bool store_open(void);

/** The pair to load at the start. False if none was ever activated. */
bool store_active(struct pair *pair);

/** Makes this the pair to load at the next start. ERROR_STORE if the flash failed. */
struct fault store_set_active(const struct pair *pair);

/** The whole upload with this digest, where it lies, and its length; NULL if the slot does not hold it. */
const uint8_t *store_find(uint8_t slot, const uint8_t *digest, uint32_t *length);

/** Expects an upload, and says which offset is wanted next. ERROR_TOO_LARGE or ERROR_STORE. */
struct fault store_put(uint8_t slot, uint32_t length, const uint8_t *digest, uint32_t *wanted);

/** Takes bytes of an upload if they are the ones that are wanted, and says which are wanted next.
 * ERROR_NO_UPLOAD, ERROR_MALFORMED, ERROR_DIGEST_MISMATCH or ERROR_STORE. */
struct fault store_data(uint8_t slot, uint32_t offset, const uint8_t *bytes, size_t length, uint32_t *wanted);

#endif
