#include "record-reader.h"

const uint8_t *record_bytes(struct record_reader *record, size_t length) {
  const uint8_t *bytes = record->at;
  if (length > record->left) {
    record->sound = false;
    return bytes;
  }
  record->at += length;
  record->left -= length;
  return bytes;
}

uint32_t record_integer(struct record_reader *record, size_t bytes, uint32_t low, uint32_t high) {
  const uint8_t *at = record_bytes(record, bytes);
  if (!record->sound) return 0;
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; i++) value |= (uint32_t)at[i] << (8 * i);
  if (value < low || value > high) record->sound = false;
  return value;
}
