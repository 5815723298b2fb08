/* A place in flash for one upload: its announcement (length and digest) and the bytes that have arrived.
 *
 *   unit 0     the announcement, then marks: one write unit after each complete group of erase units
 *   unit 1..   the bytes, consecutively, so that they can be used in place
 *
 * A unit is erased when its first byte arrives. A mark is written after the bytes that it confirms, so that after any
 * reset the upload resumes at the last mark. An incomplete mark counts, since its bytes were complete. */
#ifndef BD_EDGE_BANK_H
#define BD_EDGE_BANK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bank {
  size_t start;     /* offset in flash */
  size_t capacity;  /* the maximum number of bytes of an upload */
  uint32_t length;  /* the announced length; 0 without an announcement */
  uint32_t arrived; /* the number of bytes that the bank has */
  bool verified;    /* whether the digest was verified since the start */
};

/** Returns whether a bank's first unit has room for marks and its chunks divide units: see flash in port.h,
 * and BOARD_FLASH_CHUNK. */
bool bank_fits_flash(void);

/** Reads the state of a bank of `units` erase units at `start` from flash. */
void bank_open(struct bank *bank, size_t start, size_t units);

/** Returns whether this is the latest announcement. */
bool bank_announces(const struct bank *bank, const uint8_t *digest);

/** Discards the old upload and announces one of 1 to `capacity` bytes. Returns false if the flash failed. */
bool bank_announce(struct bank *bank, uint32_t length, const uint8_t *digest);

/** Appends bytes, at most `length - arrived`. Returns false if the flash failed; `arrived` may then be lower. */
bool bank_append(struct bank *bank, const uint8_t *bytes, size_t length);

/** Returns whether all bytes have arrived and match the announced digest. */
bool bank_is_whole(struct bank *bank);

/** Returns the address of the bytes. */
const uint8_t *bank_bytes(const struct bank *bank);

/** Discards the upload. Returns false if the flash failed. */
bool bank_clear(struct bank *bank);

#endif
