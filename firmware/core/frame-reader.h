/* Finds frames in a stream of bytes that may hold anything. What is none is dropped up to the next zero. */
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

/** Takes one byte. True if it ended a sound frame: `frame` has it, and it stays as it is until the next byte. */
bool frame_reader_take(uint8_t byte, struct frame *frame);

/** Forgets what there is of a frame. */
void frame_reader_reset(void);

#endif
