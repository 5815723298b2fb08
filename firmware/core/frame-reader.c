#include "frame-reader.h"

#include "bytes.h"
#include "crc32.h"

static uint8_t stretch[FRAME_BYTES];
/* Exceeds the size of the buffer if bytes were discarded. */
static size_t length;

static bool decode(uint8_t *bytes, size_t encoded, struct frame *frame) {
  const size_t decoded = cobs_decode(bytes, encoded);
  if (decoded == COBS_INVALID || decoded < FRAME_HEADER_BYTES + FRAME_TAIL_BYTES) return false;
  const size_t tail = decoded - FRAME_TAIL_BYTES;
  if (load_u32(bytes + tail) != crc32(0, bytes, tail)) return false;
  frame->type = bytes[0];
  frame->sequence = (uint16_t)(bytes[1] | bytes[2] << 8);
  frame->payload = bytes + FRAME_HEADER_BYTES;
  frame->length = tail - FRAME_HEADER_BYTES;
  return frame->length <= BOARD_PAYLOAD;
}

bool frame_reader_take(uint8_t byte, struct frame *frame) {
  if (byte != 0) {
    if (length < sizeof stretch) stretch[length] = byte;
    if (length <= sizeof stretch) length++;
    return false;
  }
  const size_t encoded = length;
  length = 0;
  return encoded <= sizeof stretch && decode(stretch, encoded, frame);
}

void frame_reader_reset(void) { length = 0; }
