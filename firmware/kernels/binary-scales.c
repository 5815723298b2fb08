#include "binary-scales.h"

#ifdef __ARM_FEATURE_SAT
#include <arm_acle.h>
#endif

enum { HALF_BITS = 16, HALF_BLOCK = BLOCK_FILTERS / 2, MAX_SUM = 32767 };

/* Returns a multiplier or an offset for a shift of at least HALF_BITS. */
static bool widen(int64_t *value, uint32_t bits) {
  const int64_t factor = (int64_t)1 << bits;
  const bool fits = *value < INT64_MAX / factor && *value > -(INT64_MAX / factor);
  if (fits) *value *= factor;
  return fits;
}

static int64_t magnitude(int64_t value) { return value < 0 ? -value : value; }

static bool make_scale(int64_t multiplier, int64_t offset, uint32_t shift, uint32_t bound, struct binary_scale *scale) {
  if (shift < HALF_BITS && !(widen(&multiplier, HALF_BITS - shift) && widen(&offset, HALF_BITS - shift))) return false;
  const int64_t high = multiplier >> HALF_BITS, offset_high = offset >> HALF_BITS;
  /* The value before the last shift, with the carry of the lower half, and a number of the addend. */
  const int64_t room = INT32_MAX - 2 * (int64_t)MAX_SUM - 4 - (int64_t)bound;
  if (magnitude(high) > INT32_MAX || magnitude(offset_high) > room) return false;
  if (magnitude(high) * bound + magnitude(offset_high) > room) return false;
  *scale = (struct binary_scale){(int32_t)high, (int32_t)(multiplier & 0xffff), (int32_t)(offset & 0xffff), (int32_t)offset_high};
  return true;
}

bool binary_scales_make(const struct layer *layer, uint32_t bound, struct binary_scale *to) {
  const uint32_t filters = layer->filters, numbers = filters * layer->op.outputs_per_sum;
  if (bound >= MAX_SUM) return false;
  for (uint32_t number = 0; number < numbers; number++) {
    const uint32_t filter = number % filters, f = filter % BLOCK_FILTERS;
    const uint32_t block = number / filters * words_for(filters) + filter / BLOCK_FILTERS;
    const uint32_t *multiplier = layer->parameters + number;
    const int64_t offset = (int64_t)((uint64_t)multiplier[2 * numbers] << 32 | multiplier[numbers]);
    struct binary_scale *scale = to + block * BLOCK_FILTERS + f % HALF_BLOCK * 2 + f / HALF_BLOCK;
    if (!make_scale((int32_t)*multiplier, offset, layer->op.shift, bound, scale)) return false;
  }
  return true;
}

static inline int32_t scale_of(const struct binary_scale *scale, int32_t sum, uint32_t shift) {
  const int32_t low = (sum * scale->low + scale->offset_low) >> HALF_BITS;
  return (sum * scale->high + scale->offset_high + low) >> shift;
}

static inline int32_t limit(int32_t value, int32_t min, int32_t max) { return value < min ? min : value > max ? max : value; }

#if defined(__arm__) && defined(__thumb__) && !defined(__thumb2__)

#define SUBTRACT_AND_SCALE                                                                                         \
  "mov r6, r9\n subs r7, r7, r6\n"                                                                                 \
  "ldmia r1!, {r4, r5}\n muls r4, r7\n muls r5, r7\n"                                                              \
  "ldmia r1!, {r6, r7}\n adds r5, r5, r6\n asrs r5, r5, #16\n adds r4, r4, r7\n adds r4, r4, r5\n"                 \
  "mov r5, r10\n asrs r4, r5\n"                                                                                    \
  "ldrsh r5, [r2, r3]\n adds r4, r4, r5\n"

/* Makes the 32 numbers of a block. r0: counters, r1: scales, r2: numbers, r3: from there to the addend, r8: two
 * counters, r9: activations, r10: shift, r11: the counters' end. */
__attribute__((naked)) static void add_block(__attribute__((unused)) const uint32_t *counters,
                                             __attribute__((unused)) const struct binary_scale *scales,
                                             __attribute__((unused)) int16_t *to,
                                             __attribute__((unused)) const int16_t *addend,
                                             __attribute__((unused)) uint32_t activations,
                                             __attribute__((unused)) uint32_t shift) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r4-r7}\n"
      "ldr r4, [sp, #36]\n mov r9, r4\n"
      "ldr r4, [sp, #40]\n mov r10, r4\n"
      "movs r4, #64\n adds r4, r4, r0\n mov r11, r4\n"
      "subs r3, r3, r2\n"
      "1:\n"
      "ldmia r0!, {r7}\n mov r8, r7\n"
      "lsls r7, r7, #16\n lsrs r7, r7, #15\n"
      SUBTRACT_AND_SCALE
      "sxth r5, r4\n cmp r5, r4\n bne 3f\n"
      "2: strh r5, [r2]\n"
      "mov r7, r8\n lsrs r7, r7, #16\n lsls r7, r7, #1\n"
      "adds r3, #32\n"
      SUBTRACT_AND_SCALE
      "subs r3, #32\n"
      "sxth r5, r4\n cmp r5, r4\n bne 5f\n"
      "4: strh r5, [r2, #32]\n"
      "adds r2, #2\n cmp r0, r11\n bne 1b\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r4-r7, pc}\n"
      /* 32767 or -32768 */
      "3: asrs r5, r4, #31\n ldr r4, 6f\n eors r5, r4\n b 2b\n"
      "5: asrs r5, r4, #31\n ldr r4, 6f\n eors r5, r4\n b 4b\n"
      ".align 2\n"
      "6: .word 32767\n");
}

#else

static inline int16_t limit_to_int16(int32_t value) {
#ifdef __ARM_FEATURE_SAT
  return (int16_t)__ssat(value, 16);
#else
  return (int16_t)limit(value, INT16_MIN, INT16_MAX);
#endif
}

/* Makes the 32 numbers of a block. */
static void add_block(const uint32_t *counters, const struct binary_scale *scales, int16_t *to, const int16_t *addend,
                      uint32_t activations, uint32_t shift) {
  for (const uint32_t *end = counters + HALF_BLOCK; counters != end; scales += 2, to++, addend++) {
    const uint32_t both = *counters++;
    *to = limit_to_int16(scale_of(scales, (int32_t)(2 * (both & 0xffff) - activations), shift) + *addend);
    to[HALF_BLOCK] = limit_to_int16(scale_of(scales + 1, (int32_t)(2 * (both >> 16) - activations), shift) + addend[HALF_BLOCK]);
  }
}

#endif

void binary_scales_put(const struct layer *layer, const struct binary_scale *scales, uint8_t *to, const int16_t *addend,
                       uint32_t first, const uint32_t *counters, uint32_t activations) {
  const uint32_t outputs = layer->op.outputs_per_sum, count = block_filters(layer, first);
  const uint32_t added = addend == NULL ? 0 : layer->op.addend_channels >> (outputs - 1);
  const uint32_t shift = layer->op.shift < HALF_BITS ? 0 : layer->op.shift - HALF_BITS;
  const uint32_t last_shift = shift < 31 ? shift : 31;
  const bool bytes = layer->op.output_type == ENGINE_TYPE_U8;
  for (uint32_t output = 0; output < outputs; output++, scales += words_for(layer->filters) * BLOCK_FILTERS) {
    const struct binary_scale *scale = scales + first;
    const uint32_t number = output * layer->filters + first;
    const int16_t *more = addend + output * added + first;
    if (!bytes && count == BLOCK_FILTERS && first + BLOCK_FILTERS <= added) {
      add_block(counters, scale, (int16_t *)to + number, more, activations, last_shift);
      continue;
    }
    for (uint32_t i = 0; i < count; i++) {
      const bool upper = i >= HALF_BLOCK;
      const uint32_t f = upper ? i - HALF_BLOCK : i;
      const uint32_t counter = upper ? counters[f] >> 16 : counters[f] & 0xffff;
      int32_t value = scale_of(scale + 2 * f + upper, (int32_t)(2 * counter - activations), last_shift);
      if (first + i < added) value += more[i];
      if (bytes) to[number + i] = (uint8_t)limit(value, 0, UINT8_MAX);
      else ((int16_t *)to)[number + i] = (int16_t)limit(value, INT16_MIN, INT16_MAX);
    }
  }
}
