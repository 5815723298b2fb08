/* The program on the board, from one reset to the next: link, store and runner, as docs/link.md asks of any board. */
#ifndef BD_EDGE_FIRMWARE_H
#define BD_EDGE_FIRMWARE_H
#include <stdbool.h>

/** Starts: to be called once, after port_init(). Loads the pair that was in use before. */
void firmware_start(void);

/** Answers what has been received. False if there was nothing. */
bool firmware_work(void);

#endif
