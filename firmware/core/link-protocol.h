/* Made by firmware/tools/generate-link-header.mjs from firmware-host/link: change it there. */
#ifndef BD_EDGE_LINK_PROTOCOL_H
#define BD_EDGE_LINK_PROTOCOL_H
#include "frame-writer.h"
#include "record-reader.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES 32u
#define ERROR_DIGEST_MISMATCH 5u
#define ERROR_ENGINE 9u
#define ERROR_ENGINE_ABI 10u
#define ERROR_IMAGE_SIZE 13u
#define ERROR_MALFORMED 2u
#define ERROR_MODEL 11u
#define ERROR_NOTHING_ACTIVE 12u
#define ERROR_NOT_STAGED 7u
#define ERROR_NO_UPLOAD 4u
#define ERROR_OUT_OF_MEMORY 8u
#define ERROR_STORE 6u
#define ERROR_TOO_LARGE 3u
#define ERROR_TRAPPED 14u
#define ERROR_UNKNOWN_TYPE 1u
#define FRAME_HEADER_BYTES 3u
#define FRAME_TAIL_BYTES 4u
#define MAX_PAYLOAD 4096u
#define MAX_TEXT_BYTES 64u
#define MAX_UPLOAD_BYTES 268435456u
#define MAX_WINDOW_FRAMES 256u
#define MIN_PAYLOAD 128u
#define PROTOCOL_VERSION 1u
#define SLOT_ENGINE 0u
#define SLOT_MODEL 1u
#define TYPE_ACTIVATE 4u
#define TYPE_ACTIVATED 20u
#define TYPE_DATA 3u
#define TYPE_ERROR 24u
#define TYPE_HELLO 1u
#define TYPE_INFER 5u
#define TYPE_LAYERS 22u
#define TYPE_PARTIAL 23u
#define TYPE_PROFILE 15u
#define TYPE_PUT 2u
#define TYPE_RESULT 21u
#define TYPE_TIMES 31u
#define TYPE_TRACE 6u
#define TYPE_WANTED 18u
#define TYPE_WELCOME 17u

/* Of the engine: assembly/layout.ts. */
#define ENGINE_ABI 1u
#define ENGINE_NATIVE_KERNELS 4u
#define ENGINE_IN_PLACE 2147483648u
#define ENGINE_VALID 0u
#define ENGINE_OUT_OF_MEMORY 25u
#define ENGINE_MAX_SHIFT 62u
#define ENGINE_OPCODE_INT8_CONVOLUTION 1u
#define ENGINE_OPCODE_BINARY_CONVOLUTION 2u
#define ENGINE_OPCODE_MAX_POOL 3u
#define ENGINE_OPCODE_SUM_POOL 4u
#define ENGINE_TYPE_U8 0u
#define ENGINE_TYPE_BITS 1u
#define ENGINE_TYPE_INT32 2u
#define ENGINE_TYPE_INT16 3u

/* Requests: false if the payload is too short or long, or a field out of its range. */

#define HELLO_FIXED_BYTES 2u
struct link_hello {
  uint16_t protocol;
};
static inline bool link_read_hello(struct link_hello *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->protocol = (uint16_t)record_integer(&record, 2, 0u, 65535u);
  return record_is_sound(&record);
}

#define PUT_FIXED_BYTES 37u
struct link_put {
  uint8_t slot;
  uint32_t length;
  const uint8_t *digest;
};
static inline bool link_read_put(struct link_put *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->slot = (uint8_t)record_integer(&record, 1, 0u, 1u);
  message->length = (uint32_t)record_integer(&record, 4, 1u, 268435456u);
  message->digest = record_bytes(&record, DIGEST_BYTES);
  return record_is_sound(&record);
}

#define DATA_FIXED_BYTES 5u
struct link_data {
  uint8_t slot;
  uint32_t offset;
  const uint8_t *bytes;
  size_t bytes_length;
};
static inline bool link_read_data(struct link_data *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->slot = (uint8_t)record_integer(&record, 1, 0u, 1u);
  message->offset = (uint32_t)record_integer(&record, 4, 0u, 268435456u);
  message->bytes_length = record.left;
  message->bytes = record_bytes(&record, record.left);
  return record_is_sound(&record);
}

#define ACTIVATE_FIXED_BYTES 64u
struct link_activate {
  const uint8_t *engine_digest;
  const uint8_t *model_digest;
};
static inline bool link_read_activate(struct link_activate *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->engine_digest = record_bytes(&record, DIGEST_BYTES);
  message->model_digest = record_bytes(&record, DIGEST_BYTES);
  return record_is_sound(&record);
}

#define INFER_FIXED_BYTES 8u
struct link_infer {
  uint32_t image;
  uint32_t offset;
  const uint8_t *bytes;
  size_t bytes_length;
};
static inline bool link_read_infer(struct link_infer *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->image = (uint32_t)record_integer(&record, 4, 0u, 4294967295u);
  message->offset = (uint32_t)record_integer(&record, 4, 0u, 268435456u);
  message->bytes_length = record.left;
  message->bytes = record_bytes(&record, record.left);
  return record_is_sound(&record);
}

#define TRACE_FIXED_BYTES 10u
struct link_trace {
  uint32_t image;
  uint16_t first;
  uint32_t offset;
  const uint8_t *bytes;
  size_t bytes_length;
};
static inline bool link_read_trace(struct link_trace *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->image = (uint32_t)record_integer(&record, 4, 0u, 4294967295u);
  message->first = (uint16_t)record_integer(&record, 2, 0u, 65535u);
  message->offset = (uint32_t)record_integer(&record, 4, 0u, 268435456u);
  message->bytes_length = record.left;
  message->bytes = record_bytes(&record, record.left);
  return record_is_sound(&record);
}

#define PROFILE_FIXED_BYTES 10u
struct link_profile {
  uint32_t image;
  uint16_t first;
  uint32_t offset;
  const uint8_t *bytes;
  size_t bytes_length;
};
static inline bool link_read_profile(struct link_profile *message,
                                      const uint8_t *payload, size_t length) {
  struct record_reader record = {payload, length, true};
  message->image = (uint32_t)record_integer(&record, 4, 0u, 4294967295u);
  message->first = (uint16_t)record_integer(&record, 2, 0u, 65535u);
  message->offset = (uint32_t)record_integer(&record, 4, 0u, 268435456u);
  message->bytes_length = record.left;
  message->bytes = record_bytes(&record, record.left);
  return record_is_sound(&record);
}

/* Replies, up to their last field if that is all the rest: the caller adds its bytes, and frame_end(). */

#define WELCOME_FIXED_BYTES 89u
struct link_welcome {
  uint16_t protocol;
  uint16_t engine_abi;
  uint16_t kernels;
  uint16_t max_payload;
  uint16_t window_frames;
  uint32_t window_bytes;
  uint32_t ram_bytes;
  uint8_t weights_in_place;
  uint32_t ticks_per_second;
  const uint8_t *engine_digest;
  const uint8_t *model_digest;
  const char *board;
  const char *interpreter;
};
static inline void link_write_welcome(uint16_t sequence, const struct link_welcome *message) {
  frame_begin(TYPE_WELCOME, sequence);
  frame_integer(message->protocol, 2);
  frame_integer(message->engine_abi, 2);
  frame_integer(message->kernels, 2);
  frame_integer(message->max_payload, 2);
  frame_integer(message->window_frames, 2);
  frame_integer(message->window_bytes, 4);
  frame_integer(message->ram_bytes, 4);
  frame_integer(message->weights_in_place, 1);
  frame_integer(message->ticks_per_second, 4);
  frame_bytes(message->engine_digest, DIGEST_BYTES);
  frame_bytes(message->model_digest, DIGEST_BYTES);
  frame_text(message->board, MAX_TEXT_BYTES);
  frame_text(message->interpreter, MAX_TEXT_BYTES);
}

#define WANTED_FIXED_BYTES 5u
struct link_wanted {
  uint8_t slot;
  uint32_t offset;
};
static inline void link_write_wanted(uint16_t sequence, const struct link_wanted *message) {
  frame_begin(TYPE_WANTED, sequence);
  frame_integer(message->slot, 1);
  frame_integer(message->offset, 4);
}

#define ACTIVATED_FIXED_BYTES 0u
static inline void link_write_activated(uint16_t sequence) {
  frame_begin(TYPE_ACTIVATED, sequence);
}

#define RESULT_FIXED_BYTES 16u
struct link_result {
  uint32_t image;
  uint32_t ticks;
  uint32_t checksum;
  uint16_t label;
  uint16_t outputs;
};
static inline void link_write_result(uint16_t sequence, const struct link_result *message) {
  frame_begin(TYPE_RESULT, sequence);
  frame_integer(message->image, 4);
  frame_integer(message->ticks, 4);
  frame_integer(message->checksum, 4);
  frame_integer(message->label, 2);
  frame_integer(message->outputs, 2);
}

#define LAYERS_FIXED_BYTES 8u
struct link_layers {
  uint32_t image;
  uint16_t first;
  uint16_t layers;
};
static inline void link_write_layers(uint16_t sequence, const struct link_layers *message) {
  frame_begin(TYPE_LAYERS, sequence);
  frame_integer(message->image, 4);
  frame_integer(message->first, 2);
  frame_integer(message->layers, 2);
}

#define TIMES_FIXED_BYTES 16u
struct link_times {
  uint32_t image;
  uint16_t first;
  uint32_t stack_bytes;
  uint32_t interpreter_bytes;
  uint16_t layers;
};
static inline void link_write_times(uint16_t sequence, const struct link_times *message) {
  frame_begin(TYPE_TIMES, sequence);
  frame_integer(message->image, 4);
  frame_integer(message->first, 2);
  frame_integer(message->stack_bytes, 4);
  frame_integer(message->interpreter_bytes, 4);
  frame_integer(message->layers, 2);
}

#define PARTIAL_FIXED_BYTES 8u
struct link_partial {
  uint32_t image;
  uint32_t offset;
};
static inline void link_write_partial(uint16_t sequence, const struct link_partial *message) {
  frame_begin(TYPE_PARTIAL, sequence);
  frame_integer(message->image, 4);
  frame_integer(message->offset, 4);
}

#define ERROR_FIXED_BYTES 7u
struct link_error {
  uint16_t code;
  uint32_t detail;
  const char *reason;
};
static inline void link_write_error(uint16_t sequence, const struct link_error *message) {
  frame_begin(TYPE_ERROR, sequence);
  frame_integer(message->code, 2);
  frame_integer(message->detail, 4);
  frame_text(message->reason, MAX_TEXT_BYTES);
}

#endif
