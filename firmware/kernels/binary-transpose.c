#include "binary-transpose.h"

/* Exchanges the bits of `a` under `mask << shift` with those of `b` under `mask`. */
#define EXCHANGE(a, b, shift, mask)                               \
  do {                                                            \
    const uint32_t differing = ((a) >> (shift) ^ (b)) & (mask);   \
    (b) ^= differing;                                             \
    (a) ^= differing << (shift);                                  \
  } while (0)

void binary_transpose(uint32_t *planes) {
  for (uint32_t *p = planes; p != planes + 4; p++) {
    uint32_t a = p[0], b = p[4], c = p[8], d = p[12];
    EXCHANGE(a, c, 8, 0x00ff00ffu);
    EXCHANGE(b, d, 8, 0x00ff00ffu);
    EXCHANGE(a, b, 4, 0x0f0f0f0fu);
    EXCHANGE(c, d, 4, 0x0f0f0f0fu);
    p[0] = a, p[4] = b, p[8] = c, p[12] = d;
  }
  for (uint32_t *p = planes; p != planes + 16; p += 4) {
    uint32_t a = p[0], b = p[1], c = p[2], d = p[3];
    EXCHANGE(a, c, 2, 0x33333333u);
    EXCHANGE(b, d, 2, 0x33333333u);
    EXCHANGE(a, b, 1, 0x55555555u);
    EXCHANGE(c, d, 1, 0x55555555u);
    p[0] = a, p[1] = b, p[2] = c, p[3] = d;
  }
}
