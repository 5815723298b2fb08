#include "firmware.h"

#include "budget.h"
#include "bytes.h"
#include "crc32.h"
#include "engine-layout.h"
#include "engines.h"
#include "fault.h"
#include "frame-reader.h"
#include "image.h"
#include "interpreter.h"
#include "link-protocol.h"
#include "log.h"
#include "port.h"
#include "runner.h"
#include "stack.h"
#include "store.h"

#include <string.h>

_Static_assert(BOARD_PAYLOAD >= MIN_PAYLOAD && BOARD_PAYLOAD <= MAX_PAYLOAD, "BOARD_PAYLOAD is out of its range");

/* Credits are limited by bytes; this is about the length of the shortest request with an image. */
enum { SHORT_FRAME_BYTES = 64 };
/** The longest frame on the wire, with both delimiters. */
enum { WIRE_BYTES = FRAME_BYTES + 2 };

/* The active pair; zeros if there is none. */
static struct pair active;

/* Returns whether the board has an accepted engine, and its address unless it is built in. */
static bool find_engine(const uint8_t *digest, const uint8_t **engine, uint32_t *bytes) {
  if (interpreter_built_in != NULL) return true;
  *engine = store_find(SLOT_ENGINE, digest, bytes);
  return *engine != NULL;
}

/* Loads a pair. After a failure, no pair is loaded. */
static struct fault load(const struct pair *pair) {
  const uint8_t *engine = NULL;
  uint32_t engine_bytes = 0;
  uint32_t model_bytes = 0;
  /* Flash may hold an engine that other firmware accepted. */
  if (!engines_accept(pair->digests[SLOT_ENGINE])) return fault_of(ERROR_UNKNOWN_ENGINE, 0);
  if (!find_engine(pair->digests[SLOT_ENGINE], &engine, &engine_bytes)) return fault_of(ERROR_NOT_STAGED, SLOT_ENGINE);
  const uint8_t *model = store_find(SLOT_MODEL, pair->digests[SLOT_MODEL], &model_bytes);
  if (model == NULL) return fault_of(ERROR_NOT_STAGED, SLOT_MODEL);
  memset(&active, 0, sizeof active);
  image_forget();
  const struct fault fault = runner_load(engine, engine_bytes, model, model_bytes);
  if (!is_fault(fault)) active = *pair;
  return fault;
}

static void hello(uint16_t sequence) {
  const uint32_t window = port_board.serial_bytes > WIRE_BYTES ? (uint32_t)port_board.serial_bytes : WIRE_BYTES;
  const struct link_info info = {
      .protocol = PROTOCOL_VERSION,
      .engine_abi = ENGINE_ABI,
      .kernels = ENGINE_NATIVE_KERNELS,
      .max_payload = BOARD_PAYLOAD,
      .window_frames = (uint16_t)smaller(window / SHORT_FRAME_BYTES, MAX_WINDOW_FRAMES),
      .window_bytes = window,
      .ram_bytes = interpreter_memory_bytes(),
      .weights_in_place = runner_left_weights(),
      .any_engine = engines_any(),
      .ticks_per_second = port_board.ticks_per_second,
      .engine_digest = interpreter_built_in != NULL ? interpreter_built_in : active.digests[SLOT_ENGINE],
      .model_digest = active.digests[SLOT_MODEL],
      .board = port_board.id,
      .interpreter = interpreter_name,
  };
  link_write_info(sequence, &info);
  frame_end();
}

static void upload_status(uint16_t sequence, uint8_t slot, uint32_t offset) {
  const struct link_upload_status message = {slot, offset};
  link_write_upload_status(sequence, &message);
  frame_end();
}

static struct fault upload_begin(uint16_t sequence, const struct link_upload_begin *message) {
  if (message->slot == SLOT_ENGINE && !engines_accept(message->digest)) return fault_of(ERROR_UNKNOWN_ENGINE, 0);
  if (message->slot == SLOT_ENGINE && interpreter_built_in != NULL) {
    upload_status(sequence, message->slot, message->length);
    return no_fault();
  }
  uint32_t offset = 0;
  const struct fault fault = store_begin(message->slot, message->length, message->digest, &offset);
  if (!is_fault(fault)) upload_status(sequence, message->slot, offset);
  return fault;
}

static struct fault upload_chunk(uint16_t sequence, const struct link_upload_chunk *message) {
  uint32_t offset = 0;
  const struct fault fault =
      store_append(message->slot, message->offset, message->bytes, message->bytes_length, &offset);
  if (!is_fault(fault)) upload_status(sequence, message->slot, offset);
  return fault;
}

static struct fault activate(uint16_t sequence, const struct link_activate *message) {
  struct pair pair;
  memcpy(pair.digests[SLOT_ENGINE], message->engine_digest, DIGEST_BYTES);
  memcpy(pair.digests[SLOT_MODEL], message->model_digest, DIGEST_BYTES);
  const struct pair before = active;
  if (!runner_is_loaded() || memcmp(&before, &pair, sizeof pair) != 0) {
    const bool replaces = runner_is_loaded();
    struct fault fault = load(&pair);
    if (!is_fault(fault)) fault = store_set_active(&pair);
    if (is_fault(fault)) {
      /* The memory holds one pair only, so the previous one must be loaded again. */
      if (replaces) {
        budget_start();
        load(&before);
      } else {
        runner_unload();
        memset(&active, 0, sizeof active);
      }
      return fault;
    }
  }
  link_write_activated(sequence);
  frame_end();
  return no_fault();
}

static void partial(uint16_t sequence, uint32_t image, uint32_t offset) {
  const struct link_partial message = {image, offset};
  link_write_partial(sequence, &message);
  frame_end();
}

/* Returns the index of the first maximum. */
static uint16_t class_index_of(const uint8_t *logits, uint32_t count) {
  uint32_t index = 0;
  for (uint32_t i = 1; i < count; i++) {
    if ((int32_t)load_u32(logits + 4 * i) > (int32_t)load_u32(logits + 4 * index)) index = i;
  }
  return (uint16_t)index;
}

/* Takes a piece of an image. If the image is still incomplete, sends PARTIAL. */
static struct fault take_image(uint16_t sequence, const struct link_infer *piece, bool *whole) {
  *whole = false;
  if (!runner_is_loaded()) return fault_of(ERROR_NOTHING_ACTIVE, 0);
  uint32_t next = 0;
  const struct fault fault =
      image_take(piece->image, piece->offset, piece->bytes, piece->bytes_length, whole, &next);
  if (!is_fault(fault) && !*whole) partial(sequence, piece->image, next);
  return fault;
}

static struct fault infer(uint16_t sequence, const struct link_infer *message) {
  bool whole;
  struct fault fault = take_image(sequence, message, &whole);
  if (is_fault(fault) || !whole) return fault;
  struct link_result result = {.image = message->image};
  fault = runner_run(&result.ticks);
  if (is_fault(fault)) return fault;
  uint32_t count;
  const uint8_t *logits = runner_logits(&count);
  result.checksum = crc32(0, logits, 4 * count);
  result.class_index = class_index_of(logits, count);
  result.outputs = (uint16_t)count;
  link_write_result(sequence, &result);
  frame_bytes(logits, 4 * smaller(count, (BOARD_PAYLOAD - RESULT_FIXED_BYTES) / 4));
  frame_end();
  return fault;
}

/* One number per op, from op `first` on: its ticks, or the checksum of its output. */
static struct {
  uint32_t first;
  uint32_t count;
  uint32_t of_op[(BOARD_PAYLOAD - TRACE_RESULT_FIXED_BYTES) / 4];
} numbers;

static struct fault run_ops(uint32_t first, uint32_t room, bool ticks) {
  const uint32_t ops = runner_ops();
  numbers.first = (uint32_t)smaller(first, ops);
  numbers.count = (uint32_t)smaller(ops - numbers.first, room);
  struct fault fault = no_fault();
  for (uint32_t op = 0; op < numbers.first + numbers.count && !is_fault(fault); op++) {
    uint32_t number;
    fault = runner_run_op(op, &number);
    if (!is_fault(fault) && !ticks) fault = runner_op_checksum(op, &number);
    /* An op may be nothing but a large checksum, which does not use up steps of the budget. */
    if (!is_fault(fault) && !budget_renew()) fault = fault_because(ERROR_TRAPPED, 0, interpreter_out_of_budget);
    if (op >= numbers.first) numbers.of_op[op - numbers.first] = number;
  }
  return fault;
}

static void send_numbers(void) {
  for (uint32_t i = 0; i < numbers.count; i++) frame_integer(numbers.of_op[i], 4);
  frame_end();
}

static struct fault trace(uint16_t sequence, const struct link_infer *piece, uint16_t first) {
  bool whole;
  struct fault fault = take_image(sequence, piece, &whole);
  if (is_fault(fault) || !whole) return fault;
  fault = run_ops(first, (BOARD_PAYLOAD - TRACE_RESULT_FIXED_BYTES) / 4, false);
  if (is_fault(fault)) return fault;
  const struct link_trace_result reply = {piece->image, first, (uint16_t)runner_ops()};
  link_write_trace_result(sequence, &reply);
  send_numbers();
  return fault;
}

static struct fault profile(uint16_t sequence, const struct link_infer *piece, uint16_t first) {
  bool whole;
  struct fault fault = take_image(sequence, piece, &whole);
  if (is_fault(fault) || !whole) return fault;
  fault = run_ops(first, (BOARD_PAYLOAD - PROFILE_RESULT_FIXED_BYTES) / 4, true);
  if (is_fault(fault)) return fault;
  const struct link_profile_result reply = {
      .image = piece->image,
      .first = first,
      .stack_bytes = (uint32_t)stack_high_water(),
      .interpreter_bytes = interpreter_own_bytes(),
      .ops = (uint16_t)runner_ops(),
  };
  link_write_profile_result(sequence, &reply);
  send_numbers();
  return fault;
}

/* Sends the reply to a request, or returns the fault. */
static struct fault answer(const struct frame *frame) {
  union {
    struct link_upload_begin upload_begin;
    struct link_upload_chunk upload_chunk;
    struct link_activate activate;
    struct link_infer infer;
    struct link_trace trace;
    struct link_profile profile;
  } message;
  const uint16_t sequence = frame->sequence;
  switch (frame->type) {
    case TYPE_HELLO:
      /* Replies to any version and any payload, so that the host learns this version. */
      hello(sequence);
      return no_fault();
    case TYPE_UPLOAD_BEGIN:
      if (link_read_upload_begin(&message.upload_begin, frame->payload, frame->length))
        return upload_begin(sequence, &message.upload_begin);
      break;
    case TYPE_UPLOAD_CHUNK:
      if (link_read_upload_chunk(&message.upload_chunk, frame->payload, frame->length))
        return upload_chunk(sequence, &message.upload_chunk);
      break;
    case TYPE_ACTIVATE:
      if (link_read_activate(&message.activate, frame->payload, frame->length)) return activate(sequence, &message.activate);
      break;
    case TYPE_INFER:
      if (link_read_infer(&message.infer, frame->payload, frame->length)) return infer(sequence, &message.infer);
      break;
    case TYPE_TRACE:
      if (link_read_trace(&message.trace, frame->payload, frame->length)) {
        const struct link_trace it = message.trace;
        const struct link_infer piece = {it.image, it.offset, it.bytes, it.bytes_length};
        return trace(sequence, &piece, it.first);
      }
      break;
    case TYPE_PROFILE:
      if (link_read_profile(&message.profile, frame->payload, frame->length)) {
        const struct link_profile it = message.profile;
        const struct link_infer piece = {it.image, it.offset, it.bytes, it.bytes_length};
        return profile(sequence, &piece, it.first);
      }
      break;
    default:
      return fault_of(ERROR_UNKNOWN_TYPE, frame->type);
  }
  return fault_of(ERROR_MALFORMED, 0);
}

static void refuse(uint16_t sequence, struct fault fault) {
  const struct link_error error = {fault.code, fault.detail, fault.reason};
  link_write_error(sequence, &error);
  frame_end();
}

void firmware_start(void) {
  stack_paint();
  runner_unload();
  image_forget();
  frame_reader_reset();
  memset(&active, 0, sizeof active);
  log_text("bd-edge on ");
  log_text(port_board.id);
  log_text(": ");
  log_number(interpreter_memory_bytes());
  log_text(" bytes for engine and model\r\n");
  struct pair pair;
  if (!store_open()) {
    log_text("the flash is too small for uploads, or its units are not supported\r\n");
  } else if (!store_active(&pair)) {
    log_text("no model yet\r\n");
  } else {
    budget_start();
    const struct fault fault = load(&pair);
    log_text(is_fault(fault) ? "the active pair does not load: fault " : "model loaded\r\n");
    if (is_fault(fault)) {
      log_number(fault.code);
      log_text(" ");
      log_text(fault.reason);
      log_text("\r\n");
    }
  }
}

bool firmware_work(void) {
  /* A small buffer: bytes that are not read yet count as the board's receive buffer. */
  uint8_t received[64];
  const size_t length = port_serial_read(received, sizeof received);
  if (port_serial_overrun()) log_text("receive overrun: bytes were lost\r\n");
  for (size_t i = 0; i < length; i++) {
    struct frame frame;
    if (!frame_reader_take(received[i], &frame)) continue;
    budget_start();
    const struct fault fault = answer(&frame);
    if (is_fault(fault)) refuse(frame.sequence, fault);
  }
  return length > 0;
}
