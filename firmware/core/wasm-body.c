#include "wasm-module.h"

#include <stddef.h>

/* Instructions. */
enum { UNREACHABLE = 0x00, NOP = 0x01, BLOCK = 0x02, LOOP = 0x03, IF = 0x04, ELSE = 0x05, END = 0x0b };
enum { BR = 0x0c, BR_IF = 0x0d, BR_TABLE = 0x0e, RETURN = 0x0f, CALL = 0x10, CALL_INDIRECT = 0x11 };
enum { DROP = 0x1a, SELECT = 0x1b, LOCAL_GET = 0x20, LOCAL_SET = 0x21, LOCAL_TEE = 0x22 };
enum { GLOBAL_GET = 0x23, GLOBAL_SET = 0x24, I32_LOAD = 0x28, I32_STORE = 0x36, LAST_STORE = 0x3e };
enum { MEMORY_SIZE = 0x3f, MEMORY_GROW = 0x40, I32_CONST = 0x41, I64_CONST = 0x42 };

struct block {
  uint8_t opcode;
  uint8_t result;
  uint8_t height; /* operands below it */
};

/* The state of the validation at one place of a function. */
struct body {
  struct wasm_reader *reader;
  const struct wasm_module *module;
  uint32_t local_count;
  uint32_t height;
  uint32_t depth;
  bool left; /* no code can follow here, except the end of the block */
  uint8_t locals[WASM_MAX_LOCALS];
  uint8_t operands[WASM_MAX_OPERANDS];
  struct block blocks[WASM_MAX_BLOCKS];
};

/* The numeric instructions, and what they take and give. Those between the ranges are not supported. */
static const struct {
  uint8_t first;
  uint8_t last;
  uint8_t operands;
  uint8_t operand;
  uint8_t result;
} numeric[] = {
    {0x45, 0x45, 1, WASM_I32, WASM_I32}, {0x46, 0x4f, 2, WASM_I32, WASM_I32},
    {0x50, 0x50, 1, WASM_I64, WASM_I32}, {0x51, 0x5a, 2, WASM_I64, WASM_I32},
    {0x67, 0x69, 1, WASM_I32, WASM_I32}, {0x6a, 0x78, 2, WASM_I32, WASM_I32},
    {0x79, 0x7b, 1, WASM_I64, WASM_I64}, {0x7c, 0x8a, 2, WASM_I64, WASM_I64},
    {0xa7, 0xa7, 1, WASM_I64, WASM_I32}, {0xac, 0xad, 1, WASM_I32, WASM_I64},
};

/* For each load and store from I32_LOAD on: the largest alignment; 4 for floats. */
static const uint8_t alignments[] = {2, 3, 4, 4, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 4, 4, 0, 1, 0, 1, 2};
/* Of them, a bit for each that moves an i64. */
enum { MOVES_I64 = 0x708000 | 0x3f00 | 2, IS_FLOAT = 4 };

static bool require(struct body *body, bool condition, enum wasm_reason reason) {
  return wasm_require(body->reader, condition, reason);
}

static void push(struct body *body, uint8_t type) {
  if (type == WASM_NOTHING) return;
  if (require(body, body->height < WASM_MAX_OPERANDS, REASON_OPERANDS)) body->operands[body->height++] = type;
}

/* Takes an operand of any type. */
static uint8_t pop_any(struct body *body) {
  const bool any = body->height > body->blocks[body->depth - 1].height;
  return require(body, any, REASON_HEIGHT) ? body->operands[--body->height] : WASM_NOTHING;
}

static void pop(struct body *body, uint8_t type) {
  if (type != WASM_NOTHING) require(body, pop_any(body) == type, REASON_MISMATCH);
}

static void open_block(struct body *body, uint8_t opcode, uint8_t result) {
  if (!require(body, body->depth < WASM_MAX_BLOCKS, REASON_BLOCKS)) return;
  const struct block block = {opcode, result, (uint8_t)body->height};
  body->blocks[body->depth++] = block;
}

/* Checks the operands at the end of a block, or of the first branch of an if. */
static struct block *finish(struct body *body) {
  struct block *block = &body->blocks[body->depth - 1];
  if (!body->left) {
    pop(body, block->result);
    require(body, body->height == block->height, REASON_HEIGHT);
  }
  body->height = block->height;
  body->left = false;
  return block;
}

static void close_block(struct body *body) {
  const struct block *block = finish(body);
  require(body, block->opcode != IF || block->result == WASM_NOTHING, REASON_ELSE);
  body->depth--;
  if (body->depth > 0) push(body, block->result);
}

static void branch(struct body *body, bool always) {
  const uint32_t label = wasm_limited(body->reader, body->depth - 1, REASON_LABEL);
  const struct block *block = &body->blocks[body->depth - 1 - label];
  const uint8_t type = block->opcode == LOOP ? WASM_NOTHING : block->result;
  pop(body, type);
  if (always) body->left = true;
  else push(body, type);
}

static void call(struct body *body) {
  const uint32_t index = wasm_u32(body->reader);
  if (!require(body, index < body->module->function_count, REASON_FUNCTION)) return;
  const struct wasm_signature *signature = &body->module->types[body->module->functions[index]];
  for (uint32_t i = signature->parameters; i > 0; i--) pop(body, signature->types[i - 1]);
  push(body, signature->result);
}

static void local(struct body *body, uint32_t opcode) {
  const uint32_t index = wasm_u32(body->reader);
  if (!require(body, index < body->local_count, REASON_LOCAL)) return;
  if (opcode != LOCAL_GET) pop(body, body->locals[index]);
  if (opcode != LOCAL_SET) push(body, body->locals[index]);
}

static void global(struct body *body, uint32_t opcode) {
  const uint32_t index = wasm_u32(body->reader);
  if (!require(body, index < body->module->global_count, REASON_GLOBAL)) return;
  const uint8_t global = body->module->globals[index];
  const uint8_t type = global & (uint8_t)~WASM_MUTABLE;
  if (opcode == GLOBAL_GET) push(body, type);
  else if (require(body, global != type, REASON_IMMUTABLE)) pop(body, type);
}

static void access_memory(struct body *body, uint32_t opcode) {
  const uint32_t index = opcode - I32_LOAD;
  if (!require(body, alignments[index] != IS_FLOAT, REASON_INSTRUCTION)) return;
  wasm_limited(body->reader, alignments[index], REASON_ALIGNMENT);
  wasm_u32(body->reader);
  const uint8_t type = (uint32_t)MOVES_I64 >> index & 1 ? WASM_I64 : WASM_I32;
  if (opcode >= I32_STORE) pop(body, type);
  pop(body, WASM_I32);
  if (opcode < I32_STORE) push(body, type);
}

static void select_one(struct body *body) {
  pop(body, WASM_I32);
  const uint8_t type = pop_any(body);
  pop(body, type);
  push(body, type);
}

static void compute(struct body *body, uint32_t opcode) {
  for (size_t i = 0; i < sizeof numeric / sizeof *numeric; i++) {
    if (opcode < numeric[i].first || opcode > numeric[i].last) continue;
    for (int j = 0; j < numeric[i].operands; j++) pop(body, numeric[i].operand);
    push(body, numeric[i].result);
    return;
  }
  require(body, false, REASON_INSTRUCTION);
}

static void start_block(struct body *body, uint8_t opcode) {
  if (opcode == IF) pop(body, WASM_I32);
  open_block(body, opcode, wasm_type(body->reader, true));
}

static void instruction(struct body *body) {
  const uint32_t opcode = wasm_byte(body->reader);
  if (!require(body, !body->left || opcode == END || opcode == ELSE, REASON_UNREACHABLE)) return;
  switch (opcode) {
    case UNREACHABLE: body->left = true; return;
    case NOP: return;
    case BLOCK: case LOOP: case IF: start_block(body, (uint8_t)opcode); return;
    case ELSE:
      if (require(body, body->blocks[body->depth - 1].opcode == IF, REASON_ELSE)) finish(body)->opcode = ELSE;
      return;
    case END: close_block(body); return;
    case BR: branch(body, true); return;
    case BR_IF: pop(body, WASM_I32); branch(body, false); return;
    case BR_TABLE: require(body, false, REASON_BR_TABLE); return;
    case RETURN: pop(body, body->blocks[0].result); body->left = true; return;
    case CALL: call(body); return;
    case CALL_INDIRECT: require(body, false, REASON_CALL_INDIRECT); return;
    case DROP: pop_any(body); return;
    case SELECT: select_one(body); return;
    case LOCAL_GET: case LOCAL_SET: case LOCAL_TEE: local(body, opcode); return;
    case GLOBAL_GET: case GLOBAL_SET: global(body, opcode); return;
    case MEMORY_SIZE:
      wasm_expect(body->reader, 0, REASON_MEMORY);
      push(body, WASM_I32);
      return;
    case MEMORY_GROW: require(body, false, REASON_MEMORY_GROW); return;
    case I32_CONST: wasm_s32(body->reader); push(body, WASM_I32); return;
    case I64_CONST: wasm_s64(body->reader); push(body, WASM_I64); return;
  }
  if (opcode >= I32_LOAD && opcode <= LAST_STORE) access_memory(body, opcode);
  else compute(body, opcode);
}

static void read_locals(struct body *body) {
  for (uint32_t groups = wasm_limited(body->reader, WASM_MAX_LOCALS, REASON_LOCALS); groups > 0; groups--) {
    uint32_t count = wasm_limited(body->reader, WASM_MAX_LOCALS - body->local_count, REASON_LOCALS);
    const uint8_t type = wasm_type(body->reader, false);
    while (count-- > 0) body->locals[body->local_count++] = type;
  }
}

void wasm_validate_body(const struct wasm_module *module, const struct wasm_signature *signature,
                        struct wasm_reader *reader) {
  struct body body = {.reader = reader, .module = module, .local_count = signature->parameters};
  require(&body, reader->end - reader->at <= WASM_MAX_BODY_BYTES, REASON_BODY);
  for (uint32_t i = 0; i < signature->parameters; i++) body.locals[i] = signature->types[i];
  read_locals(&body);
  open_block(&body, BLOCK, signature->result);
  while (body.depth > 0 && reader->reason == REASON_NONE) instruction(&body);
}
