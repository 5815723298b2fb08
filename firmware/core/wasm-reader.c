#include "wasm-reader.h"

#include <stddef.h>

void wasm_reject(struct wasm_reader *reader, enum wasm_reason reason) {
  if (reader->reason == REASON_NONE) reader->reason = reason;
  reader->at = reader->end;
}

bool wasm_require(struct wasm_reader *reader, bool condition, enum wasm_reason reason) {
  if (!condition) wasm_reject(reader, reason);
  return condition;
}

uint32_t wasm_byte(struct wasm_reader *reader) {
  if (!wasm_require(reader, reader->at < reader->end, REASON_ENDS_EARLY)) return 0;
  return *reader->at++;
}

bool wasm_expect(struct wasm_reader *reader, uint32_t value, enum wasm_reason reason) {
  return wasm_require(reader, wasm_byte(reader) == value, reason);
}

/* Reads LEB128. In the byte at index `last`, the bits of `mask` must be 0. If the integer is signed, those
 * below the highest one may all be 1. */
static uint32_t integer(struct wasm_reader *reader, int last, uint32_t mask, bool is_signed) {
  uint32_t value = 0;
  for (int i = 0;; i++) {
    const uint32_t byte = wasm_byte(reader);
    if (i < 5) value |= (byte & 0x7f) << (7 * i);
    if (i == last) {
      const uint32_t high = byte & mask;
      wasm_require(reader, high == 0 || (is_signed && high == (mask & 0x7f)), REASON_INTEGER);
      return value;
    }
    if (byte & 0x80) continue;
    if (is_signed && i < 4 && (byte & 0x40)) value |= UINT32_MAX << (7 * (i + 1));
    return value;
  }
}

uint32_t wasm_u32(struct wasm_reader *reader) { return integer(reader, 4, 0xf0, false); }

uint32_t wasm_limited(struct wasm_reader *reader, uint32_t limit, enum wasm_reason reason) {
  const uint32_t value = wasm_u32(reader);
  return wasm_require(reader, value <= limit, reason) ? value : 0;
}

uint32_t wasm_s32(struct wasm_reader *reader) { return integer(reader, 4, 0xf8, true); }

void wasm_s64(struct wasm_reader *reader) { integer(reader, 9, 0xff, true); }

struct wasm_reader wasm_part(struct wasm_reader *reader) {
  uint32_t bytes = wasm_u32(reader);
  if (!wasm_require(reader, bytes <= (size_t)(reader->end - reader->at), REASON_ENDS_EARLY)) bytes = 0;
  const struct wasm_reader part = {reader->at, reader->at + bytes, reader->reason};
  reader->at += bytes;
  return part;
}

void wasm_part_end(struct wasm_reader *reader, const struct wasm_reader *part) {
  if (part->reason != REASON_NONE) wasm_reject(reader, part->reason);
  wasm_require(reader, part->at == part->end, REASON_SIZE);
}
