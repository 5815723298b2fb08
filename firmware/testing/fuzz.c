/* Sends valid and damaged frames of every kind to the whole firmware: `fuzz FRAMES SEED ENGINE MODEL...`. The
 * firmware answers each valid request once, with its sequence number. It accepts only uploads that match
 * their announcement. No bytes and no power loss stop it. */
#include "bytes.h"
#include "cobs.h"
#include "crc32.h"
#include "firmware.h"
#include "frame-reader.h"
#include "link-protocol.h"
#include "memory-port.h"
#include "port.h"
#include "sha256.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTENTS = 6, LONGEST = 65536, WIRE = 8192 };

/* The uploads: engines and models, valid and invalid ones. */
struct content {
  uint8_t bytes[LONGEST];
  uint32_t length;
  uint8_t digest[DIGEST_BYTES];
};

static struct content contents[CONTENTS];
static unsigned content_count;
static uint8_t lie[DIGEST_BYTES];

/* The likely current upload of each slot. */
static const struct content *announced[2];

/* The UPLOAD_BEGIN that is sent: its content, or NULL if no content has its digest. */
static const struct content *put_content;
static uint32_t put_length;

static struct {
  unsigned sent, answered, results, activated, refused, whole, power_losses;
} tally;

static uint8_t payload[BOARD_PAYLOAD + 64];
static size_t payload_length;

static void put_integer(uint32_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) payload[payload_length++] = (uint8_t)(value >> (8 * i));
}

static void put_bytes(const uint8_t *bytes, size_t length) {
  memcpy(payload + payload_length, bytes, length);
  payload_length += length;
}

/* Appends fields of a newer minor version. */
static void put_newer_fields(void) {
  if (test_random(4) == 0) put_bytes(contents[0].bytes, test_random(16));
}

static size_t encode(uint8_t *wire, uint8_t type, uint16_t sequence) {
  uint8_t body[sizeof payload + FRAME_HEADER_BYTES + FRAME_TAIL_BYTES] = {type, (uint8_t)sequence,
                                                                          (uint8_t)(sequence >> 8)};
  memcpy(body + FRAME_HEADER_BYTES, payload, payload_length);
  const size_t length = FRAME_HEADER_BYTES + payload_length;
  store_u32(body + length, crc32(0, body, length));
  size_t end = 1;
  size_t code = end++;
  wire[0] = 0;
  for (size_t i = 0; i < length + FRAME_TAIL_BYTES; i++) {
    if (end - code == 255) {
      wire[code] = 255;
      code = end++;
    }
    if (body[i] == 0) {
      wire[code] = (uint8_t)(end - code);
      code = end++;
    } else {
      wire[end++] = body[i];
    }
  }
  wire[code] = (uint8_t)(end - code);
  wire[end++] = 0;
  return end;
}

static const struct content *any_content(void) { return &contents[test_random(content_count)]; }

/* Creates the payload of a request that is likely to be valid. */
static uint8_t make_request(void) {
  static uint32_t next_offset[2];
  payload_length = 0;
  const uint8_t slot = (uint8_t)test_random(2);
  const struct content *content = any_content();
  switch (test_random(16)) {
    case 0:
      put_integer(PROTOCOL_VERSION, 2);
      put_newer_fields();
      return TYPE_HELLO;
    case 1: {
      const bool truly = test_random(8) != 0;
      const uint32_t length = test_random(16) ? content->length : test_random(1u << test_random(31));
      announced[slot] = content;
      put_content = truly && length == content->length ? content : NULL;
      put_length = length;
      put_integer(slot, 1);
      put_integer(length, 4);
      put_bytes(truly ? content->digest : lie, DIGEST_BYTES);
      put_newer_fields();
      return TYPE_UPLOAD_BEGIN;
    }
    case 2:
      /* Rare, since loading takes long. */
      if (test_random(16) != 0) break;
      put_bytes(test_random(8) ? contents[0].digest : any_content()->digest, DIGEST_BYTES);
      put_bytes(test_random(8) ? contents[1].digest : any_content()->digest, DIGEST_BYTES);
      put_newer_fields();
      return TYPE_ACTIVATE;
    case 3:
    case 4:
    case 5: {
      const uint8_t types[] = {TYPE_INFER, TYPE_TRACE, TYPE_PROFILE};
      const uint8_t type = types[test_random(3)];
      const uint32_t offset = test_random(2) ? 0 : test_random(40);
      put_integer(test_random(3), 4);
      if (type != TYPE_INFER) put_integer(test_random(4), 2);
      put_integer(offset, 4);
      put_bytes(contents[0].bytes, test_random(2) ? 36 - offset % 37 : test_random(64));
      return type;
    }
    default:
      break;
  }
  /* Mostly the next bytes of the upload, so that some uploads complete. */
  if (announced[slot] == NULL) announced[slot] = content;
  const struct content *upload = announced[slot];
  if (test_random(4) == 0) next_offset[slot] = 0;
  const uint32_t offset = test_random(64) ? (uint32_t)smaller(next_offset[slot], upload->length) : test_random(LONGEST);
  const uint32_t room = BOARD_PAYLOAD - UPLOAD_CHUNK_FIXED_BYTES;
  uint32_t length = test_random(8) ? room : test_random(room + 1);
  if (offset < upload->length) length = (uint32_t)smaller(length, upload->length - offset);
  if (offset + length > LONGEST) length = 0;
  put_integer(slot, 1);
  put_integer(offset, 4);
  put_bytes(upload->bytes + (offset < LONGEST ? offset : 0), length);
  if (length > 0 && test_random(64) == 0) payload[UPLOAD_CHUNK_FIXED_BYTES + test_random(length)] ^= 1;
  next_offset[slot] = offset + length;
  return TYPE_UPLOAD_CHUNK;
}

static void make_nonsense(void) {
  payload_length = test_random(test_random(4) ? 80 : sizeof payload);
  for (size_t i = 0; i < payload_length; i++) payload[i] = (uint8_t)test_random(256);
}

static void require(bool condition, const char *what) {
  if (!condition) test_fail(what);
}

static void run_board(void) {
  while (firmware_work()) {
  }
}

static void send(const uint8_t *bytes, size_t length) {
  require(test_send(bytes, length), "The board's receive buffer is too small for a frame.");
  run_board();
}

/* A complete upload matches its announcement and is in flash. */
static void check_whole(uint8_t slot) {
  uint32_t length;
  require(put_content != NULL, "The board accepts an upload with a wrong digest.");
  const uint8_t *bytes = store_find(slot, put_content->digest, &length);
  require(bytes != NULL && length == put_content->length && memcmp(bytes, put_content->bytes, length) == 0,
          "The board accepts other bytes as an upload.");
  tally.whole++;
}

static void check_reply(uint8_t type, const struct frame *reply) {
  switch (reply->type) {
    case TYPE_UPLOAD_STATUS:
      require(type == TYPE_UPLOAD_BEGIN || type == TYPE_UPLOAD_CHUNK, "UPLOAD_STATUS answers another request.");
      if (type == TYPE_UPLOAD_BEGIN && load_u32(reply->payload + 1) == put_length) check_whole(reply->payload[0]);
      return;
    case TYPE_ACTIVATED:
      tally.activated++;
      return;
    case TYPE_RESULT:
    case TYPE_TRACE_RESULT:
    case TYPE_PROFILE_RESULT:
      tally.results++;
      return;
    case TYPE_ERROR:
      tally.refused++;
      return;
    default:
      require(reply->type == TYPE_INFO || reply->type == TYPE_PARTIAL, "The reply has an unknown type.");
  }
}

/* A separate reader: the firmware's reader is in use. */
static bool read_reply(const uint8_t *wire, size_t length, struct frame *reply) {
  static uint8_t body[WIRE];
  size_t start = 0;
  while (start < length) {
    size_t end = start;
    while (end < length && wire[end] != 0) end++;
    memcpy(body, wire + start, end - start);
    const size_t decoded = end > start ? cobs_decode(body, end - start) : COBS_INVALID;
    start = end + 1;
    if (decoded == COBS_INVALID || decoded < FRAME_HEADER_BYTES + FRAME_TAIL_BYTES) continue;
    const size_t tail = decoded - FRAME_TAIL_BYTES;
    if (load_u32(body + tail) != crc32(0, body, tail)) continue;
    reply->type = body[0];
    reply->sequence = (uint16_t)(body[1] | body[2] << 8);
    reply->payload = body + FRAME_HEADER_BYTES;
    reply->length = tail - FRAME_HEADER_BYTES;
    return true;
  }
  return false;
}

/* Returns the offset of the reply; UINT32_MAX if it is not UPLOAD_STATUS. */
static uint32_t exchange_sound(uint8_t type) {
  static uint8_t wire[WIRE];
  const uint16_t sequence = (uint16_t)test_random(65536);
  size_t length = encode(wire, type, sequence);
  const bool fits = payload_length <= BOARD_PAYLOAD;
  test_overrun = test_random(1000) == 0;
  send(wire, length);
  const uint8_t *received = test_received(&length);
  struct frame reply;
  const bool answered = read_reply(received, length, &reply);
  require(answered == fits, fits ? "A valid request is not answered." : "A request that is too long is answered.");
  if (!answered) return UINT32_MAX;
  require(reply.sequence == sequence, "A reply has another sequence number.");
  require(reply.length <= BOARD_PAYLOAD, "A reply is too long.");
  tally.answered++;
  tally.sent++;
  check_reply(type, &reply);
  return reply.type == TYPE_UPLOAD_STATUS ? load_u32(reply.payload + 1) : UINT32_MAX;
}

/* The result is unknown; the firmware only has to survive. */
static void exchange_damaged(uint8_t type) {
  static uint8_t wire[WIRE];
  size_t length = encode(wire, type, (uint16_t)test_random(65536));
  tally.sent++;
  switch (test_random(4)) {
    case 0:
      wire[test_random((uint32_t)length)] ^= (uint8_t)(1 + test_random(255));
      break;
    case 1:
      length = test_random((uint32_t)length);
      break;
    case 2:
      for (size_t i = 0; i < length; i++) wire[i] = (uint8_t)test_random(256);
      break;
    default:
      for (size_t i = 0; i < length; i++) wire[i] = (uint8_t)(1 + test_random(255));
  }
  send(wire, length);
  send((const uint8_t[]){0}, 1);
  test_received(&length);
}

static void start(void) {
  size_t ignored;
  run_board();
  firmware_start();
  test_received(&ignored);
}

static uint32_t put(uint8_t slot, const struct content *content) {
  payload_length = 0;
  put_integer(slot, 1);
  put_integer(content->length, 4);
  put_bytes(content->digest, DIGEST_BYTES);
  announced[slot] = put_content = content;
  put_length = content->length;
  return exchange_sound(TYPE_UPLOAD_BEGIN);
}

/* Uploads like a host, with damaged frames in between. */
static void upload(uint8_t slot, const struct content *content) {
  uint32_t wanted = put(slot, content);
  while (wanted < content->length) {
    payload_length = 0;
    put_integer(slot, 1);
    put_integer(wanted, 4);
    put_bytes(content->bytes + wanted, smaller(BOARD_PAYLOAD - UPLOAD_CHUNK_FIXED_BYTES, content->length - wanted));
    const uint32_t next = exchange_sound(TYPE_UPLOAD_CHUNK);
    if (next == wanted || next == UINT32_MAX) return;
    wanted = next;
    if (test_random(8) == 0) {
      make_nonsense();
      exchange_damaged(TYPE_UPLOAD_CHUNK);
    }
  }
}

static void deploy(void) {
  const struct content *model = &contents[1 + test_random(2)];
  upload(SLOT_ENGINE, &contents[0]);
  upload(SLOT_MODEL, model);
  payload_length = 0;
  put_bytes(contents[0].digest, DIGEST_BYTES);
  put_bytes(model->digest, DIGEST_BYTES);
  exchange_sound(TYPE_ACTIVATE);
}

static void round_of(void) {
  if (test_random(500) == 0) deploy();
  uint8_t type = make_request();
  if (test_random(4) == 0) {
    make_nonsense();
    if (test_random(2) == 0) type = (uint8_t)test_random(256);
    /* By chance it may be valid and announce unknown bytes. */
    if (type == TYPE_UPLOAD_BEGIN) put_content = NULL;
    put_length = load_u32(payload + 1);
  }
  if (test_random(4) == 0) {
    exchange_damaged(type);
  } else {
    exchange_sound(type);
  }
}

static void load(struct content *content, const char *path) {
  FILE *file = fopen(path, "rb");
  require(file != NULL, path);
  content->length = (uint32_t)fread(content->bytes, 1, sizeof content->bytes, file);
  fclose(file);
  sha256(content->digest, content->bytes, content->length);
}

int main(int count, char **arguments) {
  if (count < 5) test_fail("Usage: fuzz FRAMES SEED ENGINE MODEL...");
  const unsigned long frames = strtoul(arguments[1], NULL, 10);
  test_seed((uint32_t)strtoul(arguments[2], NULL, 10));
  port_init();
  memset(test_flash, 0xff, sizeof test_flash);
  memset(lie, 0x5a, sizeof lie);
  for (int i = 3; i < count && content_count < CONTENTS; i++) load(&contents[content_count++], arguments[i]);
  static unsigned reported;
  firmware_start();
  if (setjmp(test_power_lost)) {
    tally.power_losses++;
    test_power_until = UINT64_MAX;
    start();
  }
  while (tally.sent < frames) {
    if (test_random(1000) == 0) test_power_until = test_flash_work + test_random(10000);
    if (test_random(5000) == 0) start();
    round_of();
    if (tally.sent >= reported + 100000) fprintf(stderr, "%u frames\n", reported = tally.sent);
  }
  printf("sent %u, answered %u, refused %u, whole %u, activated %u, results %u, power losses %u\n", tally.sent,
         tally.answered, tally.refused, tally.whole, tally.activated, tally.results, tally.power_losses);
  return 0;
}
