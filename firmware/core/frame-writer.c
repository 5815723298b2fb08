#include "frame-writer.h"

#include "crc32.h"
#include "link-protocol.h"
#include "port.h"

enum { FULL = 0xff };

/* A run of bytes without a zero after its code, with room for a delimiter on both sides. */
static uint8_t block[1 + FULL + 1];
/* The index of the code in `block`, and the end of the run. */
static size_t code;
static size_t end;
static uint32_t checksum;

static void start_block(size_t at) {
  code = at;
  end = at + 1;
}

static void send_block(void) {
  block[code] = (uint8_t)(end - code);
  port_serial_write(block, end);
  start_block(0);
}

/* A block is sent when another byte follows: a full block at the end needs no further one. */
static void stuff(uint8_t byte) {
  if (end - code == FULL) send_block();
  if (byte == 0) {
    send_block();
  } else {
    block[end++] = byte;
  }
}

void frame_begin(uint8_t type, uint16_t sequence) {
  block[0] = 0;
  start_block(1);
  checksum = 0;
  frame_integer(type, 1);
  frame_integer(sequence, 2);
}

void frame_bytes(const uint8_t *bytes, size_t length) {
  checksum = crc32(checksum, bytes, length);
  for (size_t i = 0; i < length; i++) stuff(bytes[i]);
}

void frame_integer(uint32_t value, size_t bytes) {
  uint8_t little_endian[4];
  for (size_t i = 0; i < bytes; i++) little_endian[i] = (uint8_t)(value >> (8 * i));
  frame_bytes(little_endian, bytes);
}

void frame_text(const char *text, size_t limit) {
  size_t length = 0;
  while (length < limit && text[length] != '\0') length++;
  frame_integer((uint32_t)length, 1);
  for (size_t i = 0; i < length; i++) frame_integer(text[i] >= ' ' && text[i] <= '~' ? (uint8_t)text[i] : '?', 1);
}

void frame_end(void) {
  frame_integer(checksum, FRAME_TAIL_BYTES);
  block[code] = (uint8_t)(end - code);
  block[end++] = 0;
  port_serial_write(block, end);
}
