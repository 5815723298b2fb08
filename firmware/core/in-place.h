/* A model that stays where the board keeps it: what kernels read there, at addresses of the engine's from ENGINE_IN_PLACE
 * on. */
#ifndef BD_EDGE_IN_PLACE_H
#define BD_EDGE_IN_PLACE_H
#include <stdint.h>

/** Lets these bytes be read until others are shown, or none. They have to stay where they are, aligned to words. */
void in_place_show(const uint8_t *bytes, uint32_t length);

/** Lets none be read. */
void in_place_forget(void);

/** What can be read from an address on: linear memory, or what is shown; NULL if not all `length` bytes are in one of them. */
const uint8_t *in_place_readable(uint32_t address, uint32_t length);

#endif
