#include "in-place.h"

#include "engine-layout.h"
#include "interpreter.h"

static const uint8_t *shown;
static uint32_t shown_bytes;

void in_place_show(const uint8_t *bytes, uint32_t length) {
  shown = bytes;
  shown_bytes = length;
}

void in_place_forget(void) { in_place_show(NULL, 0); }

const uint8_t *in_place_readable(uint32_t address, uint32_t length) {
  if (address < ENGINE_IN_PLACE) return interpreter_memory(address, length);
  const uint32_t offset = address - ENGINE_IN_PLACE;
  if (shown == NULL || offset > shown_bytes || length > shown_bytes - offset) return NULL;
  return shown + offset;
}
