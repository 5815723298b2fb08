/* The power is lost at every byte that an upload and an activation erase or write in flash. The active pair
 * is always the previous or the new one, completely, and the upload can be finished. */
#include "memory-port.h"
#include "port.h"
#include "sha256.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

enum { SLOTS = 2, PIECE = 100, LONGEST = 1000, SEEDS = 5, RESETS = 3 };

struct content {
  uint8_t bytes[LONGEST];
  uint32_t length;
  uint8_t digest[DIGEST_BYTES];
};

/* The previous pair, an abandoned upload, and the new pair. */
static struct content before[SLOTS];
static struct content abandoned[SLOTS];
static struct content after[SLOTS];

static unsigned resumed;
static unsigned kept;

static void make(struct content *content, uint32_t length) {
  content->length = length;
  /* Runs of 0xff look like erased flash. */
  for (uint32_t i = 0; i < length; i++) content->bytes[i] = test_random(3) ? 0xff : (uint8_t)test_random(256);
  sha256(content->digest, content->bytes, length);
}

static void require(bool condition, const char *what) {
  if (!condition) test_fail(what);
}

static struct pair pair_of(const struct content *contents) {
  struct pair pair;
  for (uint8_t slot = 0; slot < SLOTS; slot++) memcpy(pair.digests[slot], contents[slot].digest, DIGEST_BYTES);
  return pair;
}

/* Returns the offset at which the upload resumed. */
static uint32_t upload(uint8_t slot, const struct content *content, uint32_t end) {
  uint32_t wanted = 0;
  require(!is_fault(store_begin(slot, content->length, content->digest, &wanted)), "UPLOAD_BEGIN is rejected");
  const uint32_t start = wanted;
  while (wanted < end) {
    const uint32_t left = end - wanted;
    const uint32_t length = left < PIECE ? left : PIECE;
    require(!is_fault(store_append(slot, wanted, content->bytes + wanted, length, &wanted)), "UPLOAD_CHUNK is rejected");
  }
  return start;
}

static bool holds(uint8_t slot, const struct content *content) {
  uint32_t length;
  const uint8_t *bytes = store_find(slot, content->digest, &length);
  return bytes != NULL && length == content->length && memcmp(bytes, content->bytes, length) == 0;
}

static bool is_active(const struct content *contents) {
  struct pair active;
  const struct pair pair = pair_of(contents);
  if (!store_active(&active) || memcmp(&active, &pair, sizeof pair) != 0) return false;
  for (uint8_t slot = 0; slot < SLOTS; slot++) require(holds(slot, &contents[slot]), "an active part is incomplete");
  return true;
}

static void activate(const struct content *contents) {
  const struct pair pair = pair_of(contents);
  require(!is_fault(store_set_active(&pair)), "the pair is not activated");
}

/* Prepares a flash with an active pair, a log of pairs that is about to switch to its other unit, and
 * abandoned uploads. */
static void prepare(unsigned activations) {
  memset(test_flash, 0xff, sizeof test_flash);
  require(store_open(), "the flash is too small");
  for (uint8_t slot = 0; slot < SLOTS; slot++) upload(slot, &before[slot], before[slot].length);
  for (unsigned i = 0; i < activations; i++) activate(before);
  for (uint8_t slot = 0; slot < SLOTS; slot++) upload(slot, &abandoned[slot], abandoned[slot].length / 2);
}

/* Returns the number of bytes that the board already had. */
static uint32_t deploy(void) {
  require(store_open(), "the flash is too small");
  uint32_t there = 0;
  for (uint8_t slot = 0; slot < SLOTS; slot++) there += upload(slot, &after[slot], after[slot].length);
  activate(after);
  require(is_active(after), "the new pair is not active");
  return there;
}

/* Loses power after `work` bytes, and once more at random during each retry. */
static void lose_power_at(uint64_t work) {
  volatile unsigned resets = 0;
  test_flash_work = 0;
  test_power_until = work;
  if (setjmp(test_power_lost)) {
    require(store_open(), "the flash is too small");
    const bool old_one = is_active(before);
    require(old_one || is_active(after), "neither pair is active");
    kept += old_one;
    test_power_until = ++resets < RESETS ? test_flash_work + test_random(2000) : UINT64_MAX;
  }
  if (deploy() > 0 && resets > 0) resumed++;
  test_power_until = UINT64_MAX;
  require(store_open() && is_active(after), "the new pair does not survive a reset");
}

int main(void) {
  static uint8_t start[TEST_FLASH];
  port_init();
  for (uint32_t seed = 1; seed <= SEEDS; seed++) {
    test_seed(seed);
    for (uint8_t slot = 0; slot < SLOTS; slot++) {
      make(&before[slot], 1 + test_random(500));
      make(&abandoned[slot], 1 + test_random(500));
      make(&after[slot], 1 + test_random(500));
    }
    test_power_until = UINT64_MAX;
    prepare(seed);
    memcpy(start, test_flash, sizeof start);
    test_flash_work = 0;
    deploy();
    const uint64_t all = test_flash_work;
    for (uint64_t work = 0; work < all; work++) {
      memcpy(test_flash, start, sizeof start);
      lose_power_at(work);
    }
  }
  printf("kept %u, resumed %u\n", kept, resumed);
  return 0;
}
