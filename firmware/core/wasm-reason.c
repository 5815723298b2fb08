#include "wasm-reason.h"

#include <string.h>

/* The texts one after the other: a table of addresses would take more flash. */
#define TEXT(NAME, TEXT) TEXT "\0"
static const char texts[] = "\0" WASM_REASONS(TEXT);

const char *wasm_reason_text(enum wasm_reason reason) {
  const char *text = texts;
  for (; reason > REASON_NONE; reason--) text += strlen(text) + 1;
  return text;
}
