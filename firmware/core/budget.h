/* Stops an engine that does not come to an end by itself. */
#ifndef BD_EDGE_BUDGET_H
#define BD_EDGE_BUDGET_H
#include <stdbool.h>
#include <stdint.h>

/** How many steps remain until the clock is looked at. */
extern uint32_t budget_steps;

/** Starts the clock: BOARD_BUDGET_SECONDS from now. */
void budget_start(void);

/** Looks at the clock. False if the time is up. */
bool budget_renew(void);

/** To be called again and again as the engine runs: false if it has to stop. */
static inline bool budget_lasts(void) { return --budget_steps != 0 || budget_renew(); }

#endif
