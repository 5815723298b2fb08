#include "weights.h"

uint32_t any_bits(const uint32_t *from, uint32_t words) {
  uint32_t bits = 0;
  for (; words > 0; words--) bits |= *from++;
  return bits;
}

bool in_range(const int32_t *from, uint32_t count, int32_t min, int32_t max) {
  for (; count > 0; count--, from++) {
    if (*from < min || *from > max) return false;
  }
  return true;
}

uint32_t largest_magnitude(const int8_t *weights, uint32_t count, uint32_t filters) {
  uint64_t largest = 0;
  for (; filters > 0; filters--, weights += count) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) sum += (uint32_t)(weights[i] < 0 ? -weights[i] : weights[i]);
    if (sum > largest) largest = sum;
  }
  return largest < UINT32_MAX ? (uint32_t)largest : UINT32_MAX;
}
