/* The names of the pair in use, in flash: a log of records in two erase units by turns, of which the newest sound one
 * counts. A record that was cut short is none, so the pair changes in one step. */
#ifndef BD_EDGE_PAIR_LOG_H
#define BD_EDGE_PAIR_LOG_H
#include "link-protocol.h"
#include <stdbool.h>

/** An engine and a model, by their digests: `digests[SLOT_ENGINE]` and `digests[SLOT_MODEL]`. */
struct pair {
  uint8_t digests[2][DIGEST_BYTES];
};

/** Erase units that the log takes, from the start of the flash. */
enum { PAIR_LOG_UNITS = 2 };

/** False if there never was a pair. */
bool pair_log_read(struct pair *pair);

/** False if the flash failed: then the pair before still counts. */
bool pair_log_write(const struct pair *pair);

#endif
