/* Keeps uploads in flash in two banks for each slot, so that an upload does not overwrite the active one.
 * After any power loss the active pair is the previous or the new one, completely. */
#ifndef BD_EDGE_STORE_H
#define BD_EDGE_STORE_H
#include "fault.h"
#include "pair-log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads the state from flash. Called before all other functions. Returns false if the flash is too small or
 * its units are not supported (port.h, BOARD_FLASH_CHUNK); uploads are then rejected. */
bool store_open(void);

/** Reads the pair to load at the start. Returns false if none was activated. */
bool store_active(struct pair *pair);

/** Records the pair to load at the next start. ERROR_STORE if the flash failed. */
struct fault store_set_active(const struct pair *pair);

/** Returns the address and length of the complete upload with this digest; NULL if the slot does not have it. */
const uint8_t *store_find(uint8_t slot, const uint8_t *digest, uint32_t *length);

/** Starts or resumes an upload and sets the next expected offset. ERROR_TOO_LARGE or ERROR_STORE. */
struct fault store_begin(uint8_t slot, uint32_t length, const uint8_t *digest, uint32_t *wanted);

/** Appends bytes of an upload if they are the expected ones, and sets the next expected offset.
 * ERROR_NO_UPLOAD, ERROR_MALFORMED, ERROR_DIGEST_MISMATCH or ERROR_STORE. */
struct fault store_append(uint8_t slot, uint32_t offset, const uint8_t *bytes, size_t length, uint32_t *wanted);

#endif
