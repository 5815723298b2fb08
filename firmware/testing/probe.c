/* Runs single functions of the core for the tests. Reads lines of `name hexadecimal` and prints lines of hexadecimal. */
#include "cobs.h"
#include "crc32.h"
#include "frame-reader.h"
#include "frame-writer.h"
#include "link-protocol.h"
#include "memory-port.h"
#include "port.h"
#include "sha256.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 20000 };

static uint8_t bytes[LONGEST];
static size_t length;

static void print(const uint8_t *from, size_t count) {
  for (size_t i = 0; i < count; i++) printf("%02x", from[i]);
}

static void probe_crc32(void) {
  /* In two parts, like the parts of a frame. */
  printf("%08x", (unsigned)crc32(crc32(0, bytes, length / 2), bytes + length / 2, length - length / 2));
}

static void probe_sha256(void) {
  uint8_t digest[32];
  sha256(digest, bytes, length);
  print(digest, sizeof digest);
}

static void probe_cobs_decode(void) {
  const size_t decoded = cobs_decode(bytes, length);
  if (decoded == COBS_INVALID) {
    printf("invalid");
  } else {
    print(bytes, decoded);
  }
}

/* Prints type, sequence and payload of each frame. */
static void probe_read(void) {
  frame_reader_reset();
  for (size_t i = 0; i < length; i++) {
    struct frame frame;
    if (!frame_reader_take(bytes[i], &frame)) continue;
    printf("%02x%04x", frame.type, frame.sequence);
    print(frame.payload, frame.length);
    printf(" ");
  }
}

/* Writes a frame with its payload in two pieces. */
static void probe_write(void) {
  const size_t payload = length - 3;
  frame_begin(bytes[0], (uint16_t)(bytes[1] << 8 | bytes[2]));
  frame_bytes(bytes + 3, payload / 3);
  frame_bytes(bytes + 3 + payload / 3, payload - payload / 3);
  frame_end();
  size_t sent;
  const uint8_t *wire = test_received(&sent);
  print(wire, sent);
}

/* Prints the fields of an UPLOAD_BEGIN. */
static void probe_upload_begin(void) {
  struct link_upload_begin message;
  if (!link_read_upload_begin(&message, bytes, length)) {
    printf("malformed");
    return;
  }
  printf("%02x%08x", message.slot, (unsigned)message.length);
  print(message.digest, DIGEST_BYTES);
}

int main(void) {
  static const struct {
    const char *name;
    void (*run)(void);
  } probes[] = {
      {"crc32", probe_crc32}, {"sha256", probe_sha256}, {"cobs-decode", probe_cobs_decode},
      {"read", probe_read},   {"write", probe_write},   {"upload-begin", probe_upload_begin},
  };
  static char line[2 * LONGEST + 32];
  port_init();
  while (fgets(line, sizeof line, stdin) != NULL) {
    const char *hexadecimal = strchr(line, ' ') + 1;
    unsigned byte;
    for (length = 0; sscanf(hexadecimal + 2 * length, "%2x", &byte) == 1; length++) bytes[length] = (uint8_t)byte;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
      if (strncmp(line, probes[i].name, strlen(probes[i].name)) == 0) probes[i].run();
    }
    printf("\n");
  }
  return 0;
}
