/* Why a module is rejected. The names are what hosts see, so they stay. */
#ifndef BD_EDGE_WASM_REASON_H
#define BD_EDGE_WASM_REASON_H

/** All reasons: the name of each, and its text. */
#define WASM_REASONS(REASON) \
  REASON(ENDS_EARLY, "ends early") \
  REASON(INTEGER, "bad integer") \
  REASON(SIZE, "wrong size") \
  REASON(NOT_A_MODULE, "not wasm") \
  REASON(TABLE, "has a table") \
  REASON(START, "has a start function") \
  REASON(SECTION, "unknown section") \
  REASON(SECTION_ORDER, "section order") \
  REASON(SECTION_MISSING, "missing section") \
  REASON(ITEMS, "too many items") \
  REASON(TYPE, "unknown type") \
  REASON(PARAMETERS, "too many parameters") \
  REASON(RESULTS, "too many results") \
  REASON(FUNCTIONS, "too many functions") \
  REASON(IMPORT, "unknown import") \
  REASON(SIGNATURE, "wrong signature") \
  REASON(MEMORY, "memory limits") \
  REASON(CONSTANT, "not a constant") \
  REASON(EXPORT, "unknown export") \
  REASON(EXPORT_TWICE, "duplicate export") \
  REASON(BODIES, "number of bodies") \
  REASON(DATA, "data segment") \
  REASON(BODY, "long function") \
  REASON(LOCALS, "too many locals") \
  REASON(BLOCKS, "too many blocks") \
  REASON(OPERANDS, "too many operands") \
  REASON(INSTRUCTION, "unknown instruction") \
  REASON(CALL_INDIRECT, "has call_indirect") \
  REASON(BR_TABLE, "has br_table") \
  REASON(MEMORY_GROW, "has memory.grow") \
  REASON(UNREACHABLE, "dead code") \
  REASON(HEIGHT, "stack height") \
  REASON(MISMATCH, "type mismatch") \
  REASON(LABEL, "unknown label") \
  REASON(FUNCTION, "unknown function") \
  REASON(LOCAL, "unknown local") \
  REASON(GLOBAL, "unknown global") \
  REASON(IMMUTABLE, "immutable global") \
  REASON(ALIGNMENT, "alignment") \
  REASON(ELSE, "unpaired else")

#define WASM_REASON_NAME(NAME, TEXT) REASON_##NAME,
enum wasm_reason { REASON_NONE, WASM_REASONS(WASM_REASON_NAME) };
#undef WASM_REASON_NAME

/** Returns the text of a reason; empty for REASON_NONE. */
const char *wasm_reason_text(enum wasm_reason reason);

#endif
