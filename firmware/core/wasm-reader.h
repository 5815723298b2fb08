/* Reads the parts of a wasm module. After the first failure, all reads return 0 and nothing is left. */
#ifndef BD_EDGE_WASM_READER_H
#define BD_EDGE_WASM_READER_H
#include "wasm-reason.h"

#include <stdbool.h>
#include <stdint.h>

struct wasm_reader {
  const uint8_t *at;
  const uint8_t *end;
  enum wasm_reason reason; /* why the module is rejected, or REASON_NONE */
};

/** Rejects the module, unless it was rejected before. */
void wasm_reject(struct wasm_reader *reader, enum wasm_reason reason);

/** Rejects the module unless a condition holds. Returns the condition. */
bool wasm_require(struct wasm_reader *reader, bool condition, enum wasm_reason reason);

/** Reads a byte. */
uint32_t wasm_byte(struct wasm_reader *reader);

/** Reads a byte, which has to have this value. Returns whether it has. */
bool wasm_expect(struct wasm_reader *reader, uint32_t value, enum wasm_reason reason);

/** Reads a u32. */
uint32_t wasm_u32(struct wasm_reader *reader);

/** Reads a u32 of at most `limit`. */
uint32_t wasm_limited(struct wasm_reader *reader, uint32_t limit, enum wasm_reason reason);

/** Reads an s32. */
uint32_t wasm_s32(struct wasm_reader *reader);

/** Reads an s64, whose value is not needed. */
void wasm_s64(struct wasm_reader *reader);

/** Reads a size and returns a reader of that many bytes; this reader continues after them. */
struct wasm_reader wasm_part(struct wasm_reader *reader);

/** Ends the reading of a part, which has to be read completely. */
void wasm_part_end(struct wasm_reader *reader, const struct wasm_reader *part);

#endif
