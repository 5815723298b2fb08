#include "binary-thresholds.h"

#include "binary-transpose.h"

uint32_t binary_threshold_planes(uint32_t bound) {
  uint32_t planes = 0;
  for (uint32_t largest = 2 * bound + 1; largest != 0; largest >>= 1) planes++;
  return planes;
}

/* threshold + bound, limited to what a comparison can tell apart: 2 * bound + 1 is above all sums. */
static uint32_t shifted(int32_t threshold, uint32_t bound) {
  const int32_t limit = (int32_t)bound;
  return threshold > limit ? 2 * bound + 1 : threshold < -limit ? 0 : (uint32_t)(threshold + limit);
}

void binary_thresholds_make(const struct layer *layer, uint32_t bound, uint32_t *to) {
  enum { PLANES = 16 };
  const uint32_t planes = binary_threshold_planes(bound);
  for (uint32_t first = 0; first < layer->filters; first += BLOCK_FILTERS) {
    const uint32_t count = block_filters(layer, first);
    for (uint32_t output = 0; output < layer->op.outputs_per_sum; output++) {
      const int32_t *thresholds = (const int32_t *)layer->parameters + output * layer->filters + first;
      for (uint32_t plane = 0; plane < planes; plane += PLANES) {
        uint32_t words[PLANES] = {0};
        for (uint32_t f = 0; f < count; f++) {
          words[f % 16] |= (shifted(thresholds[f], bound) >> plane & 0xffff) << (f & 16);
        }
        binary_transpose(words);
        for (uint32_t i = plane; i < planes && i < plane + PLANES; i++) *to++ = ~words[i - plane];
      }
    }
  }
}

uint32_t binary_compare(uint32_t lowest, const uint32_t *counters, const uint32_t *thresholds, uint32_t planes) {
  /* The carry of sum + ~threshold + 1. */
  uint32_t carry = lowest | *thresholds;
  for (const uint32_t *end = thresholds + planes; ++thresholds != end;) {
    uint32_t a = *counters++ ^ carry;
    const uint32_t b = *thresholds ^ carry;
    a &= b;
    carry ^= a;
  }
  return carry;
}
