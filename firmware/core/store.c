#include "store.h"

#include "bank.h"
#include "bytes.h"
#include "port.h"
#include "settings.h"

#include <string.h>

enum { SLOTS = 2, BANKS = 2 };

static struct bank banks[SLOTS][BANKS];
/* The bank for uploads of a slot. */
static struct bank *spare[SLOTS];

static struct bank *find(uint8_t slot, const uint8_t *digest) {
  for (int i = 0; i < BANKS; i++) {
    struct bank *bank = &banks[slot][i];
    if (bank_announces(bank, digest) && bank_is_whole(bank)) return bank;
  }
  return NULL;
}

static void use(const struct pair *pair) {
  for (uint8_t slot = 0; slot < SLOTS; slot++) {
    const struct bank *active = find(slot, pair->digests[slot]);
    spare[slot] = active == &banks[slot][0] ? &banks[slot][1] : &banks[slot][0];
  }
}

bool store_open(void) {
  /* Banks without room, until there is flash. */
  memset(banks, 0, sizeof banks);
  for (uint8_t slot = 0; slot < SLOTS; slot++) spare[slot] = &banks[slot][0];
  if (!bank_fits_flash() || port_board.flash_block_bytes < port_board.flash_erase_bytes) return false;
  const size_t unit = port_board.flash_erase_bytes;
  const size_t all = port_board.flash_bytes / unit;
  const size_t block = port_board.flash_block_bytes / unit;
  /* Each bank has one more unit than its bytes need, for the announcement. The bytes of a model, which may be
   * many, start at a block. */
  const size_t engine = round_up(BOARD_ENGINE_BANK, unit) / unit + 1;
  const size_t models = round_up(PAIR_LOG_UNITS + BANKS * engine + 1, block) - 1;
  if (all < models + BANKS * (block + 1)) return false;
  const size_t units[SLOTS] = {engine, (all - models) / BANKS / block * block};
  const size_t starts[SLOTS] = {PAIR_LOG_UNITS, models};
  for (uint8_t slot = 0; slot < SLOTS; slot++) {
    for (size_t i = 0; i < BANKS; i++) {
      bank_open(&banks[slot][i], (starts[slot] + i * units[slot]) * unit, units[slot]);
    }
  }
  struct pair pair;
  if (store_active(&pair)) use(&pair);
  return true;
}

bool store_active(struct pair *pair) { return pair_log_read(pair); }

struct fault store_set_active(const struct pair *pair) {
  if (!pair_log_write(pair)) return fault_because(ERROR_STORE, 0, "flash failed");
  use(pair);
  return no_fault();
}

const uint8_t *store_find(uint8_t slot, const uint8_t *digest, uint32_t *length) {
  const struct bank *bank = find(slot, digest);
  if (bank == NULL) return NULL;
  *length = bank->length;
  return bank_bytes(bank);
}

struct fault store_begin(uint8_t slot, uint32_t length, const uint8_t *digest, uint32_t *wanted) {
  struct bank *bank = spare[slot];
  const struct bank *whole = find(slot, digest);
  *wanted = length;
  if (length > bank->capacity) return fault_of(ERROR_TOO_LARGE, (uint32_t)bank->capacity);
  if (whole != NULL && whole->length == length) return no_fault();
  /* All bytes have arrived, but they are not valid. */
  const bool bad = bank->arrived == bank->length;
  if (bad || !bank_announces(bank, digest) || bank->length != length) {
    if (!bank_announce(bank, length, digest)) return fault_because(ERROR_STORE, 0, "flash failed");
  }
  *wanted = bank->arrived;
  return no_fault();
}

struct fault store_append(uint8_t slot, uint32_t offset, const uint8_t *bytes, size_t length, uint32_t *wanted) {
  struct bank *bank = spare[slot];
  /* All bytes have arrived, but they are not valid: they were damaged, or the power was lost before the
   * check. */
  if (bank->arrived == bank->length && !bank_is_whole(bank)) return fault_of(ERROR_NO_UPLOAD, 0);
  if (offset == bank->arrived && length > 0) {
    if (length > bank->length - offset) return fault_of(ERROR_MALFORMED, 0);
    if (!bank_append(bank, bytes, length)) return fault_because(ERROR_STORE, 0, "flash failed");
    if (bank->arrived == bank->length && !bank_is_whole(bank)) {
      bank_clear(bank);
      return fault_of(ERROR_DIGEST_MISMATCH, 0);
    }
  }
  *wanted = bank->arrived;
  return no_fault();
}
