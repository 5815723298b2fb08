/* Reads the fields of a message from its payload. Bytes after the last field are ignored, see docs/link.md. */
#ifndef BD_EDGE_RECORD_READER_H
#define BD_EDGE_RECORD_READER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_reader {
  const uint8_t *at;
  size_t left;
  /** False after a field that was missing or out of its range. */
  bool sound;
};

/** Returns the address of the next `length` bytes. The caller must not read them unless the record is sound. */
const uint8_t *record_bytes(struct record_reader *record, size_t length);

/** Reads the next 1, 2 or 4 bytes as an integer from `low` to `high`. */
uint32_t record_integer(struct record_reader *record, size_t bytes, uint32_t low, uint32_t high);

#endif
