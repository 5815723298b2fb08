/* One place for an upload in flash: what was announced (length and digest), and as many bytes as have arrived.
 *
 *   unit 0     announcement, then marks: one write unit for every so many erase units of bytes that are complete
 *   unit 1..   the bytes, in a row, so that they can be used where they lie
 *
 * A unit for bytes is erased when the first of them arrives. A mark is written after what it vouches for, so that after
 * a reset, wherever it came, the upload goes on from the last mark; a mark whose writing was cut short counts, since
 * what it vouches for was complete. */
#ifndef BD_EDGE_BANK_H
#define BD_EDGE_BANK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bank {
  size_t start;     /* offset in flash */
  size_t capacity;  /* most bytes of an upload */
  uint32_t length;  /* of what was announced; 0 if nothing was */
  uint32_t arrived; /* of them, those that the bank has */
  bool verified;    /* whether the digest was found right since the start */
};

/** Whether a bank's first unit has room for marks, and its chunks are whole units: see flash in port.h, and
 * BOARD_FLASH_CHUNK. */
bool bank_fits_flash(void);

/** Reads what the flash has of a bank of `units` erase units at `start`. */
void bank_open(struct bank *bank, size_t start, size_t units);

/** Whether this is what was announced last. */
bool bank_announces(const struct bank *bank, const uint8_t *digest);

/** Forgets what there was, and expects an upload of 1 to `capacity` bytes. False if the flash failed. */
bool bank_announce(struct bank *bank, uint32_t length, const uint8_t *digest);

/** Takes the next bytes, at most `length - arrived`. False if the flash failed: then `arrived` may have gone back. */
bool bank_append(struct bank *bank, const uint8_t *bytes, size_t length);

/** Whether all bytes are there, and are those that were announced. */
bool bank_is_whole(struct bank *bank);

/** The bytes, where they lie. */
const uint8_t *bank_bytes(const struct bank *bank);

/** Forgets what there was. False if the flash failed. */
bool bank_clear(struct bank *bank);

#endif
