/* Limits the time of a request, so that an engine that does not terminate is stopped. */
#ifndef BD_EDGE_BUDGET_H
#define BD_EDGE_BUDGET_H
#include <stdbool.h>
#include <stdint.h>

/** The number of steps until the next check of the clock. */
extern uint32_t budget_steps;

/** Starts the time limit of BOARD_BUDGET_SECONDS, at the start of each request. */
void budget_start(void);

/** Checks the clock. Returns false after the time limit, until the next start. */
bool budget_renew(void);

/** Called repeatedly while the engine runs. Returns false if it has to stop. */
static inline bool budget_lasts(void) { return --budget_steps != 0 || budget_renew(); }

#endif
