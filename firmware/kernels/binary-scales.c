#include "binary-scales.h"

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__)
#define LONG_PRODUCTS 1
enum { FULL_SHIFT = 32, MIN_SHIFT = 17 };
#else
#define LONG_PRODUCTS 0
enum { FULL_SHIFT = 16, MIN_SHIFT = 16 };
#endif
enum { HALF_BLOCK = BLOCK_FILTERS / 2, MAX_SUM = 32767, RESULT_BITS = 30 };

static uint64_t magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

static bool make_scale(int32_t multiplier, int64_t offset, uint32_t shift, uint32_t bound, struct binary_scale *scale) {
  const uint32_t full = shift < FULL_SHIFT ? shift : FULL_SHIFT;
  if ((bound * magnitude(multiplier) + magnitude(offset)) >> (RESULT_BITS + full) != 0) return false;
#if LONG_PRODUCTS
  offset *= (int64_t)1 << (FULL_SHIFT - full);
  *scale = (struct binary_scale){multiplier, (uint32_t)offset, (int32_t)(offset >> 32)};
#else
  *scale = (struct binary_scale){multiplier >> 16, multiplier & 0xffff, (int32_t)(offset & 0xffff), (int32_t)(offset >> 16)};
#endif
  return true;
}

bool binary_scales_make(const struct layer *layer, uint32_t bound, struct binary_scale *to) {
  const uint32_t filters = layer->filters, numbers = filters * layer->op.outputs_per_sum;
  if (bound >= MAX_SUM || layer->op.shift < MIN_SHIFT) return false;
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

/* Shifts of a sum to the left, and of its product to the right. */
struct shifts {
  uint32_t left, right;
};

static struct shifts shifts_of(const struct layer *layer) {
  const uint32_t shift = layer->op.shift, right = shift - FULL_SHIFT;
  return shift < FULL_SHIFT ? (struct shifts){FULL_SHIFT - shift, 0} : (struct shifts){0, right < 31 ? right : 31};
}

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
                                             __attribute__((unused)) const struct shifts *shifts) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r4-r7}\n"
      "ldr r4, [sp, #36]\n mov r9, r4\n"
      "ldr r4, [sp, #40]\n ldr r4, [r4, #4]\n mov r10, r4\n"
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

#elif LONG_PRODUCTS

/* Makes the 32 numbers of a block. r0: counters, r1: scales, r2: numbers, r3: addend, r4: activations, r5: right shift,
 * r12: left shift of a counter, r6: two counters, lr: the counters' end. */
__attribute__((naked)) static void add_block(__attribute__((unused)) const uint32_t *counters,
                                             __attribute__((unused)) const struct binary_scale *scales,
                                             __attribute__((unused)) int16_t *to,
                                             __attribute__((unused)) const int16_t *addend,
                                             __attribute__((unused)) uint32_t activations,
                                             __attribute__((unused)) const struct shifts *shifts) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r11, lr}\n"
      "ldrd r4, r5, [sp, #36]\n ldrd r12, r5, [r5]\n"
      "lsl r4, r4, r12\n add r12, r12, #1\n"
      "add lr, r0, #64\n"
      "1:\n"
      "ldr r6, [r0], #4\n"
      "ldmia r1!, {r7, r8, r9}\n"
      "uxth r10, r6\n lsl r10, r10, r12\n sub r10, r10, r4\n smlal r8, r9, r10, r7\n"
      "ldrsh r11, [r3], #2\n asr r9, r9, r5\n add r9, r9, r11\n ssat r9, #16, r9\n"
      "ldmia r1!, {r7, r8, r10}\n"
      "lsr r6, r6, #16\n lsl r6, r6, r12\n sub r6, r6, r4\n smlal r8, r10, r6, r7\n"
      "ldrsh r11, [r3, #30]\n asr r10, r10, r5\n add r10, r10, r11\n ssat r10, #16, r10\n"
      "strh r10, [r2, #32]\n strh r9, [r2], #2\n"
      "cmp r0, lr\n bne 1b\n"
      "pop {r4-r11, pc}\n");
}

#else

/* Returns a number plus an addend. Unsigned sums: where the output lies on the weights, numbers may be out of bounds. */
static inline int16_t scale_of(const struct binary_scale *scale, uint32_t sum, const struct shifts *shifts, int32_t addend) {
  const int32_t low = (int32_t)(sum * (uint32_t)scale->low + (uint32_t)scale->offset_low) >> FULL_SHIFT;
  const int32_t high = (int32_t)(sum * (uint32_t)scale->high + (uint32_t)scale->offset_high + (uint32_t)low);
  const int32_t value = (int32_t)((uint32_t)(high >> shifts->right) + (uint32_t)addend);
  return (int16_t)(value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value);
}

/* Makes the 32 numbers of a block. */
static void add_block(const uint32_t *counters, const struct binary_scale *scales, int16_t *to, const int16_t *addend,
                      uint32_t activations, const struct shifts *shifts) {
  for (const uint32_t *end = counters + HALF_BLOCK; counters != end; scales += 2, to++, addend++) {
    const uint32_t both = *counters++;
    *to = scale_of(scales, 2 * (both & 0xffff) - activations, shifts, *addend);
    to[HALF_BLOCK] = scale_of(scales + 1, 2 * (both >> 16) - activations, shifts, addend[HALF_BLOCK]);
  }
}

#endif

/* Makes the first `count` numbers of a block, as bytes or halves, with `added` addends. */
static void put_part(const uint32_t *counters, const struct binary_scale *scales, uint8_t *to, uint32_t count,
                     const int16_t *addend, uint32_t added, uint32_t activations, const struct shifts *shifts, bool bytes) {
  int16_t numbers[BLOCK_FILTERS], addends[BLOCK_FILTERS] = {0};
  for (uint32_t i = 0; i < added; i++) addends[i] = addend[i];
  add_block(counters, scales, numbers, addends, activations, shifts);
  for (uint32_t i = 0; i < count; i++) {
    const int16_t number = numbers[i];
    if (bytes) to[i] = (uint8_t)(number < 0 ? 0 : number > 255 ? 255 : number);
    else ((int16_t *)(void *)to)[i] = number;
  }
}

void binary_scales_put(const struct layer *layer, const struct binary_scale *scales, uint8_t *to, const int16_t *addend,
                       uint32_t first, const uint32_t *counters, uint32_t activations) {
  const uint32_t outputs = layer->op.outputs_per_sum, count = block_filters(layer, first);
  const uint32_t channels = addend == NULL ? 0 : layer->op.addend_channels >> (outputs - 1);
  const uint32_t rest = channels > first ? channels - first : 0, added = rest < count ? rest : count;
  const struct shifts shifts = shifts_of(layer);
  const bool bytes = layer->op.output_type == ENGINE_TYPE_U8;
  const uint32_t number_bytes = bytes ? 1 : 2;
  scales += first;
  to += first * number_bytes;
  for (uint32_t output = 0; output < outputs; output++) {
    const int16_t *more = added == 0 ? NULL : addend + output * channels + first;
    if (!bytes && added == BLOCK_FILTERS) add_block(counters, scales, (int16_t *)(void *)to, more, activations, &shifts);
    else put_part(counters, scales, to, count, more, added, activations, &shifts, bytes);
    scales += words_for(layer->filters) * BLOCK_FILTERS;
    to += layer->filters * number_bytes;
  }
}
