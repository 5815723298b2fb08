#include "engines.h"

#include "interpreter.h"
#include "link-protocol.h"
#include "settings.h"

#include <stddef.h>
#include <string.h>

static bool is(const uint8_t *digest, const uint8_t *known) { return memcmp(digest, known, DIGEST_BYTES) == 0; }

#ifdef BOARD_ENGINE_DIGESTS
static const uint8_t known[] = {BOARD_ENGINE_DIGESTS};
_Static_assert(sizeof known % DIGEST_BYTES == 0, "BOARD_ENGINE_DIGESTS has whole digests");

static bool is_known(const uint8_t *digest) {
  for (size_t i = 0; i < sizeof known; i += DIGEST_BYTES) {
    if (is(digest, known + i)) return true;
  }
  return false;
}

enum { ACCEPTS_ANY = false };
#else
static bool is_known(const uint8_t *digest) {
  (void)digest;
  return true;
}

enum { ACCEPTS_ANY = true };
#endif

bool engines_any(void) { return ACCEPTS_ANY && interpreter_built_in == NULL; }

bool engines_accept(const uint8_t *digest) {
  return interpreter_built_in != NULL ? is(digest, interpreter_built_in) : is_known(digest);
}
