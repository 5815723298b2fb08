/* Sends a frame piece by piece without storing it: 0x00, COBS(type, sequence, payload, CRC-32), 0x00. */
#ifndef BD_EDGE_FRAME_WRITER_H
#define BD_EDGE_FRAME_WRITER_H
#include <stddef.h>
#include <stdint.h>

/** Starts a frame. The pieces of its payload follow, then frame_end(). */
void frame_begin(uint8_t type, uint16_t sequence);
void frame_bytes(const uint8_t *bytes, size_t length);
/** Sends the low 1 to 4 bytes of `value`, little-endian. */
void frame_integer(uint32_t value, size_t bytes);
/** Sends a length, u8, and the first `limit` characters of `text`; characters that are not printable ASCII
 * become '?'. */
void frame_text(const char *text, size_t limit);
void frame_end(void);

#endif
