/* The program on the board from one reset to the next: link, store and runner, according to docs/link.md. */
#ifndef BD_EDGE_FIRMWARE_H
#define BD_EDGE_FIRMWARE_H
#include <stdbool.h>

/** Starts the program. Called once, after port_init(). Loads the active pair. */
void firmware_start(void);

/** Handles received bytes. Returns false if there were none. */
bool firmware_work(void);

#endif
