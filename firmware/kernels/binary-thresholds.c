#include "binary-thresholds.h"

#include "binary-transpose.h"

uint32_t binary_threshold_planes(uint32_t bound) {
  uint32_t planes = 0;
  for (uint32_t largest = 2 * bound + 1; largest != 0; largest >>= 1) planes++;
  return planes;
}

#ifdef __thumb2__
#define HIGH "r"
#else
#define HIGH "h"
#endif

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
  uint32_t carry = lowest | *thresholds++;
  const uint32_t *end = counters + planes - 1;
  if (planes % 2 == 0) {
    const uint32_t threshold = *thresholds++;
    carry ^= (*counters++ ^ carry) & (threshold ^ carry);
  }
#if defined(__arm__) && defined(__thumb__)
  if (counters == end) return carry;
  __asm__ volatile(".syntax unified\n"
                   "1:\n"
                   "ldmia %[counters]!, {r3, r4}\n ldmia %[thresholds]!, {r5, r6}\n"
                   "eors r3, %[carry]\n eors r5, %[carry]\n ands r3, r5\n eors %[carry], r3\n"
                   "eors r4, %[carry]\n eors r6, %[carry]\n ands r4, r6\n eors %[carry], r4\n"
                   "cmp %[counters], %[end]\n bne 1b\n"
                   : [carry] "+l"(carry), [counters] "+l"(counters), [thresholds] "+l"(thresholds)
                   : [end] HIGH (end)
                   : "r3", "r4", "r5", "r6", "cc", "memory");
#else
  for (; counters != end; counters++, thresholds++) carry ^= (*counters ^ carry) & (*thresholds ^ carry);
#endif
  return carry;
}
