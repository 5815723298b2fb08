/* Takes the fields of a message off its payload, and remembers if any was missing or out of its range. */
#ifndef BD_EDGE_RECORD_READER_H
#define BD_EDGE_RECORD_READER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_reader {
  const uint8_t *at;
  size_t left;
  bool sound;
};

/** The next `length` bytes, where they lie; not to be read if the record is not sound. */
const uint8_t *record_bytes(struct record_reader *record, size_t length);

/** The next 1, 2 or 4 bytes as an integer from `low` to `high`. */
uint32_t record_integer(struct record_reader *record, size_t bytes, uint32_t low, uint32_t high);

/** Whether all fields were there and in their range, and nothing is left. */
bool record_is_sound(const struct record_reader *record);

#endif
