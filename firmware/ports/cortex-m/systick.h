#ifndef BD_EDGE_SYSTICK_H
#define BD_EDGE_SYSTICK_H

/* Starts the counter of port_ticks. */
void systick_start(void);

#endif
