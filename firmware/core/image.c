#include "image.h"

#include "link-protocol.h"
#include "runner.h"

#include <string.h>

static bool begun;
static uint32_t its_id;
static uint32_t arrived;

struct fault image_take(uint32_t id, uint32_t offset, const uint8_t *bytes, size_t length, bool *whole,
                        uint32_t *wanted) {
  uint32_t size;
  uint8_t *input = runner_input(&size);
  if (offset > size || length > size - offset) return fault_of(ERROR_IMAGE_SIZE, size);
  if (offset == 0) {
    begun = true;
    its_id = id;
    arrived = 0;
  }
  *whole = false;
  *wanted = 0;
  if (!begun || id != its_id) return no_fault();
  if (offset == arrived) {
    memcpy(input + offset, bytes, length);
    arrived += (uint32_t)length;
  }
  *wanted = arrived;
  *whole = arrived == size;
  if (*whole) image_forget();
  return no_fault();
}

void image_forget(void) { begun = false; }
