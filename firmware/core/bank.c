#include "bank.h"

#include "bytes.h"
#include "crc32.h"
#include "flash.h"
#include "link-protocol.h"
#include "port.h"
#include "settings.h"
#include "sha256.h"

#include <string.h>

/* The announcement: magic u32, length u32, digest, CRC-32 u32 of the previous fields. */
enum { LENGTH = 4, DIGEST = 8, CHECKSUM = DIGEST + DIGEST_BYTES, ANNOUNCEMENT_BYTES = CHECKSUM + 4 };
static const uint32_t MAGIC = 0x31424442; /* "BDB1" */

/* The bytes of one bank since its last complete chunk, and that bank. If another bank needs the buffer, the
 * upload of this one goes back to its last complete chunk. */
static uint8_t chunk[BOARD_FLASH_CHUNK];
static struct bank *chunk_owner;

/* The digest of the first bytes of one bank, read back from flash as they are written. If another bank needs
 * the context, the digest of this one is computed again at the end. */
static struct sha256 hash;
static const struct bank *hash_owner;

/* Continues the digest up to `end`, a multiple of SHA256_BLOCK that is in flash. */
static void hash_up_to(const struct bank *bank, uint32_t end) {
  if (hash_owner != bank) sha256_start(&hash);
  hash_owner = bank;
  const uint32_t from = (uint32_t)hash.bytes;
  if (from < end) sha256_take(&hash, bank_bytes(bank) + from, end - from);
}

static void take_chunk(struct bank *bank) {
  if (chunk_owner == bank) return;
  if (chunk_owner != NULL && chunk_owner->arrived < chunk_owner->length) {
    chunk_owner->arrived -= chunk_owner->arrived % BOARD_FLASH_CHUNK;
  }
  chunk_owner = bank;
}

static void release_places(const struct bank *bank) {
  if (chunk_owner == bank) chunk_owner = NULL;
  if (hash_owner == bank) hash_owner = NULL;
}

static size_t marks_start(void) { return round_up(ANNOUNCEMENT_BYTES, port_board.flash_write_bytes); }

bool bank_fits_flash(void) {
  const size_t write = port_board.flash_write_bytes;
  const size_t erase = port_board.flash_erase_bytes;
  return write > 0 && BOARD_FLASH_CHUNK % write == 0 && erase > marks_start() && erase % BOARD_FLASH_CHUNK == 0;
}

/* Returns the bytes between two marks: as few as the room for marks allows. */
static size_t mark_distance(const struct bank *bank) {
  const size_t unit = port_board.flash_erase_bytes;
  const size_t marks = (unit - marks_start()) / port_board.flash_write_bytes;
  const size_t units = (bank->length + unit - 1) / unit;
  return (units + marks - 1) / marks * unit;
}

static size_t mark_place(const struct bank *bank, size_t mark) {
  return bank->start + marks_start() + mark * port_board.flash_write_bytes;
}

static uint32_t marked_bytes(const struct bank *bank) {
  const size_t distance = mark_distance(bank);
  size_t bytes = 0;
  for (size_t mark = 0; bytes < bank->length; mark++, bytes += distance) {
    if (flash_is_erased(mark_place(bank, mark), port_board.flash_write_bytes)) break;
  }
  return (uint32_t)smaller(bytes, bank->length);
}

static bool write_mark(const struct bank *bank, size_t mark) {
  const size_t place = mark_place(bank, mark);
  static const uint8_t reached[1] = {0};
  return !flash_is_erased(place, port_board.flash_write_bytes) || flash_write(place, reached, sizeof reached);
}

void bank_open(struct bank *bank, size_t start, size_t units) {
  release_places(bank);
  bank->start = start;
  bank->capacity = (units - 1) * port_board.flash_erase_bytes;
  bank->length = 0;
  bank->arrived = 0;
  bank->verified = false;
  const uint8_t *announcement = flash_at(start);
  if (load_u32(announcement) != MAGIC) return;
  if (load_u32(announcement + CHECKSUM) != crc32(0, announcement, CHECKSUM)) return;
  const uint32_t length = load_u32(announcement + LENGTH);
  if (length == 0 || length > bank->capacity) return;
  bank->length = length;
  bank->arrived = marked_bytes(bank);
}

static void reopen(struct bank *bank) {
  bank_open(bank, bank->start, bank->capacity / port_board.flash_erase_bytes + 1);
}

bool bank_announces(const struct bank *bank, const uint8_t *digest) {
  return bank->length != 0 && memcmp(flash_at(bank->start + DIGEST), digest, DIGEST_BYTES) == 0;
}

bool bank_announce(struct bank *bank, uint32_t length, const uint8_t *digest) {
  uint8_t announcement[ANNOUNCEMENT_BYTES];
  store_u32(announcement, MAGIC);
  store_u32(announcement + LENGTH, length);
  memcpy(announcement + DIGEST, digest, DIGEST_BYTES);
  store_u32(announcement + CHECKSUM, crc32(0, announcement, CHECKSUM));
  /* In this order, bytes are never assigned to another announcement, also after a power loss. */
  const bool done = bank_clear(bank) && flash_write(bank->start, announcement, sizeof announcement);
  reopen(bank);
  return done;
}

static size_t data_place(const struct bank *bank, size_t offset) {
  return bank->start + port_board.flash_erase_bytes + offset;
}

/* Erases flash for bytes from the next one on, which is at the start of a unit. */
static bool erase_next(const struct bank *bank) {
  const size_t place = data_place(bank, bank->arrived);
  const size_t block = port_board.flash_block_bytes;
  const bool whole = place % block == 0 && bank->length - bank->arrived >= block;
  return flash_erase(place, whole ? block : port_board.flash_erase_bytes);
}

/* The chunk is full, or the upload ends in it. */
static bool write_chunk(const struct bank *bank) {
  /* After a reset, each chunk also adds as many earlier bytes to the digest. */
  enum { CAUGHT_UP = 2 * BOARD_FLASH_CHUNK };
  const uint32_t begun = (bank->arrived - 1) % BOARD_FLASH_CHUNK + 1;
  const size_t distance = mark_distance(bank);
  if (!flash_write(data_place(bank, bank->arrived - begun), chunk, begun)) return false;
  const uint32_t hashed = hash_owner == bank ? (uint32_t)hash.bytes : 0;
  const uint32_t whole = bank->arrived - bank->arrived % SHA256_BLOCK;
  hash_up_to(bank, (uint32_t)smaller(whole, hashed + CAUGHT_UP));
  const bool complete = bank->arrived == bank->length || bank->arrived % distance == 0;
  return !complete || write_mark(bank, (bank->arrived - 1) / distance);
}

bool bank_append(struct bank *bank, const uint8_t *bytes, size_t length) {
  take_chunk(bank);
  while (length > 0) {
    const bool new_unit = bank->arrived % port_board.flash_erase_bytes == 0;
    bool done = !new_unit || erase_next(bank);
    const size_t begun = bank->arrived % BOARD_FLASH_CHUNK;
    const size_t taken = smaller(length, BOARD_FLASH_CHUNK - begun);
    memcpy(chunk + begun, bytes, taken);
    bank->arrived += (uint32_t)taken;
    bytes += taken;
    length -= taken;
    if (done && (begun + taken == BOARD_FLASH_CHUNK || bank->arrived == bank->length)) done = write_chunk(bank);
    if (!done) {
      reopen(bank);
      return false;
    }
  }
  return true;
}

bool bank_is_whole(struct bank *bank) {
  if (bank->length == 0 || bank->arrived < bank->length) return false;
  if (!bank->verified) {
    uint8_t digest[DIGEST_BYTES];
    hash_up_to(bank, 0);
    const uint32_t hashed = (uint32_t)hash.bytes;
    sha256_end(&hash, bank_bytes(bank) + hashed, bank->length - hashed, digest);
    hash_owner = NULL;
    bank->verified = bank_announces(bank, digest);
  }
  return bank->verified;
}

const uint8_t *bank_bytes(const struct bank *bank) { return flash_at(data_place(bank, 0)); }

bool bank_clear(struct bank *bank) {
  const bool done = flash_erase(bank->start, port_board.flash_erase_bytes);
  reopen(bank);
  return done;
}
