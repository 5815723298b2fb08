#include "pair-log.h"

#include "bytes.h"
#include "crc32.h"
#include "flash.h"
#include "port.h"

#include <string.h>

/* A record: magic u32, number u32 (the newest is highest), pair, CRC-32 u32 of the previous fields. */
enum { NUMBER = 4, PAIR = 8, CHECKSUM = PAIR + sizeof(struct pair), RECORD_BYTES = CHECKSUM + 4 };
static const uint32_t MAGIC = 0x31504442; /* "BDP1" */

static size_t record_bytes_in_flash(void) { return round_up(RECORD_BYTES, port_board.flash_write_bytes); }

static size_t places_in_unit(void) { return port_board.flash_erase_bytes / record_bytes_in_flash(); }

static size_t place_of(size_t unit, size_t place) {
  return unit * port_board.flash_erase_bytes + place * record_bytes_in_flash();
}

static bool is_record(const uint8_t *bytes) {
  return load_u32(bytes) == MAGIC && load_u32(bytes + CHECKSUM) == crc32(0, bytes, CHECKSUM);
}

/* Finds the newest record and its unit; NULL if there is none. */
static const uint8_t *newest(size_t *its_unit) {
  const uint8_t *found = NULL;
  *its_unit = 0;
  for (size_t unit = 0; unit < PAIR_LOG_UNITS; unit++) {
    for (size_t place = 0; place < places_in_unit(); place++) {
      const uint8_t *record = flash_at(place_of(unit, place));
      if (!is_record(record)) continue;
      if (found != NULL && load_u32(found + NUMBER) > load_u32(record + NUMBER)) continue;
      found = record;
      *its_unit = unit;
    }
  }
  return found;
}

bool pair_log_read(struct pair *pair) {
  size_t unit;
  const uint8_t *record = newest(&unit);
  if (record != NULL) memcpy(pair, record + PAIR, sizeof *pair);
  return record != NULL;
}

bool pair_log_write(const struct pair *pair) {
  size_t unit;
  const uint8_t *before = newest(&unit);
  uint8_t record[RECORD_BYTES];
  store_u32(record, MAGIC);
  store_u32(record + NUMBER, before == NULL ? 1 : load_u32(before + NUMBER) + 1);
  memcpy(record + PAIR, pair, sizeof *pair);
  store_u32(record + CHECKSUM, crc32(0, record, CHECKSUM));

  /* An incomplete record has used its place. */
  size_t place = 0;
  while (place < places_in_unit() && !flash_is_erased(place_of(unit, place), record_bytes_in_flash())) place++;
  if (place == places_in_unit()) {
    unit = (unit + 1) % PAIR_LOG_UNITS;
    place = 0;
    if (!flash_erase(place_of(unit, 0), port_board.flash_erase_bytes)) return false;
  }
  return flash_write(place_of(unit, place), record, sizeof record) && is_record(flash_at(place_of(unit, place)));
}
