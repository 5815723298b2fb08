/* A model that stays in the board's storage. Kernels read it at the engine's addresses from ENGINE_IN_PLACE
 * on. */
#ifndef BD_EDGE_IN_PLACE_H
#define BD_EDGE_IN_PLACE_H
#include <stdint.h>

/** Makes these bytes readable instead of the previous ones. They must not move, and are aligned to words. */
void in_place_show(const uint8_t *bytes, uint32_t length);

/** Makes no bytes readable. */
void in_place_forget(void);

/** Returns the pointer for an address in linear memory or in the readable bytes; NULL if not all `length`
 * bytes are there. */
const uint8_t *in_place_readable(uint32_t address, uint32_t length);

#endif
