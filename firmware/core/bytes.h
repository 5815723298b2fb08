/* Little-endian integers in bytes, at any address, on any machine. */
#ifndef BD_EDGE_BYTES_H
#define BD_EDGE_BYTES_H
#include <stddef.h>
#include <stdint.h>

static inline uint32_t load_u32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline void store_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/** Returns the next multiple of `unit`, a power of two. */
static inline size_t round_up(size_t value, size_t unit) { return (value + unit - 1) & ~(unit - 1); }

#endif
