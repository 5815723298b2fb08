/* The names of the active pair in flash: a log of records in two alternating erase units. The newest valid
 * record counts. An incomplete record is not valid, so the pair changes in one step. */
#ifndef BD_EDGE_PAIR_LOG_H
#define BD_EDGE_PAIR_LOG_H
#include "link-protocol.h"
#include <stdbool.h>

/** The digests of an engine and a model: `digests[SLOT_ENGINE]` and `digests[SLOT_MODEL]`. */
struct pair {
  uint8_t digests[2][DIGEST_BYTES];
};

/** The erase units of the log, at the start of flash. */
enum { PAIR_LOG_UNITS = 2 };

/** Reads the active pair. Returns false if there is none. */
bool pair_log_read(struct pair *pair);

/** Records the active pair. Returns false if the flash failed; the previous pair then still counts. */
bool pair_log_write(const struct pair *pair);

#endif
