#include "budget.h"

#include "port.h"
#include "settings.h"

/* The steps between two checks of the clock: some milliseconds on the slowest boards, so that it cannot wrap
 * unnoticed. */
enum { STEPS = 4096 };

uint32_t budget_steps;
static uint32_t looked_at;
static uint64_t spent;

void budget_start(void) {
  budget_steps = STEPS;
  spent = 0;
  looked_at = port_ticks();
}

bool budget_renew(void) {
  const uint32_t now = port_ticks();
  spent += now - looked_at;
  looked_at = now;
  /* After the time limit, every check fails. */
  const bool lasts = spent < (uint64_t)BOARD_BUDGET_SECONDS * port_board.ticks_per_second;
  budget_steps = lasts ? STEPS : 1;
  return lasts;
}
