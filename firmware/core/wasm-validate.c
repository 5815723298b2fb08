#include "wasm-validate.h"

#include "bytes.h"
#include "imports.h"
#include "wasm-module.h"

#include <string.h>

enum { MAGIC = 0x6d736100, VERSION = 1, HEADER_BYTES = 8, PAGE = 65536 };
/* Sections. */
enum { TYPES = 1, IMPORTS = 2, FUNCTIONS = 3, TABLE = 4, MEMORY = 5, GLOBALS = 6, EXPORTS = 7 };
enum { START = 8, ELEMENTS = 9, CODE = 10, DATA = 11 };
enum { KIND_FUNCTION = 0, KIND_MEMORY = 2, FUNCTION_TYPE = 0x60 };
enum { I32_CONST = 0x41, I64_CONST = 0x42, END = 0x0b };

/* The exports of an engine, each after a digit, which is the index of its signature. */
static const char exports[] =
    "0abi\0" "0staticEnd\0" "0memoryUsed\0" "0opCount\0" "1reserve\0" "1loadModel\0" "1tensorSize\0"
    "1tensorAddress\0" "1tensorChecksum\0" "2run\0" "3runOp\0" "4memory\0";
static const char signatures[][5] = {"i()", "i(i)", "v()", "v(i)"};
enum { MAX_EXPORTS = 12, OF_MEMORY = 4 };

uint8_t wasm_type(struct wasm_reader *reader, bool may_be_nothing) {
  const uint32_t type = wasm_byte(reader);
  const bool known = type == WASM_I32 || type == WASM_I64 || (type == WASM_NOTHING && may_be_nothing);
  return wasm_require(reader, known, REASON_TYPE) ? (uint8_t)type : WASM_I32;
}

/* Returns whether a signature is the one of a text such as "i(iii)". */
static bool is_signature(const struct wasm_signature *signature, const char *text) {
  if (signature->result == WASM_I64) return false;
  if (*text++ != (signature->result == WASM_NOTHING ? 'v' : 'i')) return false;
  for (uint32_t i = 0; i < signature->parameters; i++) {
    if (*++text != 'i' || signature->types[i] != WASM_I32) return false;
  }
  return text[1] == ')';
}

static bool is_name(const struct wasm_reader *name, const char *text) {
  const size_t length = (size_t)(name->end - name->at);
  return strlen(text) == length && memcmp(text, name->at, length) == 0;
}

static void read_type(struct wasm_reader *reader, struct wasm_module *module) {
  struct wasm_signature *signature = &module->types[module->type_count++];
  wasm_expect(reader, FUNCTION_TYPE, REASON_TYPE);
  signature->parameters = (uint8_t)wasm_limited(reader, WASM_MAX_PARAMETERS, REASON_PARAMETERS);
  for (uint32_t i = 0; i < signature->parameters; i++) signature->types[i] = wasm_type(reader, false);
  const bool gives = wasm_limited(reader, 1, REASON_RESULTS) == 1;
  signature->result = gives ? wasm_type(reader, false) : WASM_NOTHING;
}

static uint32_t read_function(struct wasm_reader *reader, struct wasm_module *module) {
  const uint32_t type = wasm_u32(reader);
  if (!wasm_require(reader, type < module->type_count, REASON_TYPE)) return 0;
  if (!wasm_require(reader, module->function_count < WASM_MAX_FUNCTIONS, REASON_FUNCTIONS)) return 0;
  module->functions[module->function_count++] = (uint8_t)type;
  return type;
}

static void read_import(struct wasm_reader *reader, struct wasm_module *module) {
  struct wasm_reader from = wasm_part(reader);
  struct wasm_reader name = wasm_part(reader);
  const bool board = is_name(&from, "board") && wasm_byte(reader) == KIND_FUNCTION;
  const char *signature = board ? imports_signature(name.at, (size_t)(name.end - name.at)) : NULL;
  if (!wasm_require(reader, signature != NULL, REASON_IMPORT)) return;
  const struct wasm_signature *type = &module->types[read_function(reader, module)];
  wasm_require(reader, is_signature(type, signature), REASON_SIGNATURE);
  module->imported++;
}

static void read_memory(struct wasm_reader *reader, struct wasm_module *module) {
  wasm_expect(reader, 0, REASON_MEMORY);
  module->memory_bytes = PAGE * wasm_limited(reader, WASM_MAX_PAGES, REASON_MEMORY);
}

/* Reads a constant expression. Returns it if it is an i32. */
static uint32_t read_constant(struct wasm_reader *reader, uint8_t type) {
  uint32_t value = 0;
  const uint32_t opcode = type == WASM_I32 ? I32_CONST : I64_CONST;
  if (!wasm_expect(reader, opcode, REASON_CONSTANT)) return 0;
  if (type == WASM_I32) value = wasm_s32(reader);
  else wasm_s64(reader);
  wasm_expect(reader, END, REASON_CONSTANT);
  return value;
}

static void read_global(struct wasm_reader *reader, struct wasm_module *module) {
  const uint8_t type = wasm_type(reader, false);
  const uint32_t is_mutable = wasm_byte(reader);
  wasm_require(reader, is_mutable <= 1, REASON_TYPE);
  read_constant(reader, type);
  module->globals[module->global_count++] = (uint8_t)(type | is_mutable * WASM_MUTABLE);
}

/* Returns a bit for the export, to detect two of the same name. */
static uint32_t read_export(struct wasm_reader *reader, const struct wasm_module *module) {
  const struct wasm_reader name = wasm_part(reader);
  const uint32_t kind = wasm_byte(reader);
  const uint32_t index = wasm_u32(reader);
  uint32_t bit = 1;
  const char *known = exports;
  for (; *known != 0 && !is_name(&name, known + 1); bit <<= 1) known += strlen(known) + 1;
  if (!wasm_require(reader, *known != 0, REASON_EXPORT)) return 0;
  const uint32_t signature = (uint32_t)(*known - '0');
  if (signature == OF_MEMORY) {
    wasm_require(reader, kind == KIND_MEMORY && index == 0, REASON_SIGNATURE);
  } else if (wasm_require(reader, kind == KIND_FUNCTION && index < module->function_count, REASON_FUNCTION)) {
    const struct wasm_signature *type = &module->types[module->functions[index]];
    wasm_require(reader, is_signature(type, signatures[signature]), REASON_SIGNATURE);
  }
  return bit;
}

static void read_body(struct wasm_reader *reader, const struct wasm_module *module, uint32_t function) {
  struct wasm_reader body = wasm_part(reader);
  wasm_validate_body(module, &module->types[module->functions[function]], &body);
  wasm_part_end(reader, &body);
}

static void read_data(struct wasm_reader *reader, const struct wasm_module *module) {
  wasm_expect(reader, 0, REASON_DATA);
  const uint32_t offset = read_constant(reader, WASM_I32);
  const struct wasm_reader bytes = wasm_part(reader);
  const size_t length = (size_t)(bytes.end - bytes.at);
  const bool fits = offset <= module->memory_bytes && length <= module->memory_bytes - offset;
  wasm_require(reader, fits, REASON_DATA);
}

/* The maximum number of items in each section; 0 for one that is not supported. */
static const uint8_t limits[] = {
    [TYPES] = WASM_MAX_TYPES,  [IMPORTS] = WASM_MAX_IMPORTS, [FUNCTIONS] = WASM_MAX_FUNCTIONS,
    [MEMORY] = 1,              [GLOBALS] = WASM_MAX_GLOBALS, [EXPORTS] = MAX_EXPORTS,
    [CODE] = WASM_MAX_FUNCTIONS, [DATA] = WASM_MAX_SEGMENTS,
};

/* Returns why a section is not supported. */
static enum wasm_reason reason_against(uint32_t section) {
  if (section == TABLE || section == ELEMENTS) return REASON_TABLE;
  return section == START ? REASON_START : REASON_SECTION;
}

static void read_section(uint32_t section, struct wasm_reader *reader, struct wasm_module *module) {
  const uint32_t count = wasm_limited(reader, limits[section], REASON_ITEMS);
  const bool has_all_code = module->imported + count == module->function_count;
  if (section == CODE) wasm_require(reader, has_all_code, REASON_BODIES);
  uint32_t exported = 0;
  for (uint32_t i = 0; i < count && reader->reason == REASON_NONE; i++) {
    uint32_t bit = 0;
    switch (section) {
      case TYPES: read_type(reader, module); break;
      case IMPORTS: read_import(reader, module); break;
      case FUNCTIONS: read_function(reader, module); break;
      case MEMORY: read_memory(reader, module); break;
      case GLOBALS: read_global(reader, module); break;
      case EXPORTS: bit = read_export(reader, module); break;
      case CODE: read_body(reader, module, module->imported + i); break;
      default: read_data(reader, module); break;
    }
    wasm_require(reader, (exported & bit) == 0, REASON_EXPORT_TWICE);
    exported |= bit;
  }
}

enum wasm_reason wasm_validate(const uint8_t *wasm, size_t length) {
  /* Every engine has all of these sections; the others may be missing. */
  enum { NEEDED = 1 << TYPES | 1 << FUNCTIONS | 1 << MEMORY | 1 << EXPORTS | 1 << CODE };
  struct wasm_module module = {.type_count = 0};
  struct wasm_reader reader = {wasm, wasm + length, REASON_NONE};
  if (length < HEADER_BYTES) return REASON_NOT_A_MODULE;
  if (load_u32(wasm) != MAGIC || load_u32(wasm + 4) != VERSION) return REASON_NOT_A_MODULE;
  reader.at += HEADER_BYTES;
  uint32_t seen = 0;
  while (reader.at < reader.end) {
    const uint32_t section = wasm_byte(&reader);
    const bool supported = section < sizeof limits && limits[section] > 0;
    if (!wasm_require(&reader, supported, reason_against(section))) break;
    wasm_require(&reader, seen >> section == 0, REASON_SECTION_ORDER);
    seen |= (uint32_t)1 << section;
    /* The places that code refers to come before it. */
    if (section == CODE) wasm_require(&reader, (seen & NEEDED) == NEEDED, REASON_SECTION_MISSING);
    struct wasm_reader part = wasm_part(&reader);
    read_section(section, &part, &module);
    wasm_part_end(&reader, &part);
  }
  wasm_require(&reader, (seen & NEEDED) == NEEDED, REASON_SECTION_MISSING);
  return reader.reason;
}
