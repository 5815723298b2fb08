/* Decides which engines the board accepts: the one that is built into the firmware, those of
 * BOARD_ENGINE_DIGESTS, or all valid ones. */
#ifndef BD_EDGE_ENGINES_H
#define BD_EDGE_ENGINES_H
#include <stdbool.h>
#include <stdint.h>

/** Returns whether the board accepts every valid engine. */
bool engines_any(void);

/** Returns whether the board accepts the engine with this SHA-256. */
bool engines_accept(const uint8_t *digest);

#endif
