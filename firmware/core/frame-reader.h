/* Finds frames in a stream of arbitrary bytes. Other bytes are discarded up to the next zero. */
#ifndef BD_EDGE_FRAME_READER_H
#define BD_EDGE_FRAME_READER_H
#include "cobs.h"
#include "link-protocol.h"
#include "settings.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The longest frame between its delimiters. */
#define FRAME_BYTES COBS_BOUND(FRAME_HEADER_BYTES + BOARD_PAYLOAD + FRAME_TAIL_BYTES)

struct frame {
  uint8_t type;
  uint16_t sequence;
  const uint8_t *payload;
  size_t length;
};

/** Takes one byte. Returns true if it ended a valid frame, which `frame` then describes; it stays valid until
 * the next byte. */
bool frame_reader_take(uint8_t byte, struct frame *frame);

/** Discards an incomplete frame. */
void frame_reader_reset(void);

#endif
