#include "scale.h"

#include "processor.h"

enum { HALF_BITS = 16, LARGEST_HALF = 32768, RESULT_BITS = 30 };

static uint32_t magnitude(uint32_t number) { return number >> 31 ? -number : number; }

enum scale_arithmetic scale_choose(const struct layer *layer, uint64_t bound) {
  const uint32_t shift = layer->op.shift;
  const uint32_t numbers = layer->filters * layer->op.outputs_per_sum;
  const uint32_t *multiplier = layer->parameters, *high = multiplier + 2 * numbers;
  uint32_t largest = 0, largest_high = 0;
  for (uint32_t i = 0; i < numbers; i++) {
    const uint32_t m = magnitude(multiplier[i]), h = magnitude(high[i]);
    if (m > largest) largest = m;
    if (h > largest_high) largest_high = h;
  }
  /* The largest magnitude of sum * multiplier + offset. */
  const uint64_t total = bound * largest + ((uint64_t)largest_high + 1) * (UINT64_C(1) << 32);
#if !PROCESSOR_DSP
  const bool by_halves = bound <= LARGEST_HALF && shift >= HALF_BITS && shift < HALF_BITS + 32 && total >> (RESULT_BITS + HALF_BITS) == 0;
  if (by_halves) return SCALE_PRODUCTS;
#endif
#if PROCESSOR_DSP || PROCESSOR_ARMV6M
  if (shift >= 1 && (shift > 33 || total >> (RESULT_BITS + shift) == 0)) return SCALE_RESULTS;
#endif
  return SCALE_WIDE;
}

static void scale_wide(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  for (uint32_t i = 0; i < count; i++, multiplier++) {
    const int64_t product = (int64_t)(int32_t)sums[i] * (int32_t)*multiplier;
    const uint64_t offset = (uint64_t)multiplier[2 * numbers] << 32 | multiplier[numbers];
    const int64_t value = (int64_t)((uint64_t)product + offset) >> shift;
    const int32_t limit = (int32_t)1 << RESULT_BITS;
    sums[i] = (uint32_t)(int32_t)(value < -limit ? -limit : value > limit ? limit : value);
  }
}

#if PROCESSOR_DSP

/* The assembly knows the places of the members: the words of the offsets, the end of the sums, and a shift. */
struct places {
  const uint32_t *low, *high, *end;
  uint32_t shift;
};

/* Scales two sums at a time. `shifts` makes r8 and r9 of the low words r6, r10 and the high words r7, r11. */
#define SCALE_TWO(name, shifts)                                                                                           \
  ASSEMBLY_FUNCTION static void name(ARGUMENT uint32_t *sums, ARGUMENT const uint32_t *multiplier,                        \
                                     ARGUMENT const struct places *places) {                                              \
    __asm volatile("push {r4-r11, lr}\n\tldm r2, {r2, r3, r12, lr}\n"                                                    \
                   "1:\n\tldrd r8, r9, [r0]\n\tldrd r4, r5, [r1], #8\n\tldrd r6, r10, [r2], #8\n\t"                      \
                   "ldrd r7, r11, [r3], #8\n\tsmlal r6, r7, r8, r4\n\tsmlal r10, r11, r9, r5\n\t" shifts               \
                   "strd r8, r9, [r0], #8\n\tcmp r0, r12\n\tbne 1b\n\tpop {r4-r11, pc}");                              \
  }
SCALE_TWO(scale_by_few_bits, "lsr r6, r6, lr\n\tlsr r10, r10, lr\n\trsb r8, lr, #32\n\tlsl r7, r7, r8\n\tlsl r11, r11, r8\n\t"
                             "orr r8, r6, r7\n\torr r9, r10, r11\n\t")
SCALE_TWO(scale_by_many_bits, "asr r8, r7, lr\n\tasr r9, r11, lr\n\t")

static void scale_results(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  const struct places places = {multiplier + numbers, multiplier + 2 * numbers, sums + (count & ~1u), shift % 32};
  if (count % 2 != 0) scale_wide(multiplier + count - 1, numbers, shift, 1, sums + count - 1);
  if (count < 2) return;
  if (shift < 32) scale_by_few_bits(sums, multiplier, &places);
  else scale_by_many_bits(sums, multiplier, &places);
}

#elif PROCESSOR_ARMV6M

/* The assembly knows the places of the members: bytes from a multiplier to the words of its offset, and a shift. */
struct places {
  uint32_t low, high, shift;
};

/* A product of 64 bits by four products of halves. */
ASSEMBLY_FUNCTION static void scale_by_results(ARGUMENT uint32_t *sums, ARGUMENT const uint32_t *multiplier,
                                               ARGUMENT const uint32_t *end, ARGUMENT const struct places *places) {
  __asm volatile(".syntax unified\n\tpush {r4-r7, lr}\n\tmov r4, r8\n\tmov r5, r9\n\tpush {r4, r5}\n\t"
                 "mov r12, r2\n\tldmia r3!, {r4, r5, r6}\n\tmov r8, r4\n\tmov r9, r5\n\tmov lr, r6\n"
                 "1:\n\tldr r4, [r0]\n\tldr r5, [r1]\n\t"
                 "uxth r6, r5\n\tasrs r5, r5, #16\n\tuxth r7, r4\n\tasrs r4, r4, #16\n\t"
                 "movs r3, r7\n\tmuls r3, r6\n\tmuls r7, r5\n\tmuls r6, r4\n\tmuls r5, r4\n\t"
                 /* r5:r3 += (r7 + r6) << 16 */
                 "asrs r4, r7, #16\n\tadds r5, r4\n\tasrs r4, r6, #16\n\tadds r5, r4\n\tmovs r4, #0\n\t"
                 "lsls r7, r7, #16\n\tadds r3, r7\n\tadcs r5, r4\n\tlsls r6, r6, #16\n\tadds r3, r6\n\tadcs r5, r4\n\t"
                 "mov r7, r8\n\tldr r6, [r1, r7]\n\tadds r3, r6\n\tmov r7, r9\n\tldr r6, [r1, r7]\n\tadcs r5, r6\n\t"
                 "mov r6, lr\n\tlsrs r3, r6\n\tmovs r7, #32\n\tsubs r7, r6\n\tlsls r5, r7\n\torrs r3, r5\n\t"
                 "stmia r0!, {r3}\n\tadds r1, #4\n\tcmp r0, r12\n\tbne 1b\n\t"
                 "pop {r4, r5}\n\tmov r8, r4\n\tmov r9, r5\n\tpop {r4-r7, pc}");
}

ASSEMBLY_FUNCTION static void scale_by_products(ARGUMENT uint32_t *sums, ARGUMENT const uint32_t *multiplier,
                                                ARGUMENT const uint32_t *end, ARGUMENT const struct places *places) {
  __asm volatile(".syntax unified\n\tpush {r4-r7, lr}\n\tmov r12, r2\n\tldmia r3!, {r2, r4, r5}\n\tmov r3, r4\n\tmov lr, r5\n"
                 "1:\n\tldr r4, [r0]\n\tldr r5, [r1]\n\tuxth r6, r5\n\tmuls r6, r4\n\tasrs r5, r5, #16\n\tmuls r5, r4\n\t"
                 "ldr r4, [r1, r2]\n\tuxth r7, r4\n\tadds r6, r7\n\tasrs r6, r6, #16\n\tadds r5, r6\n\t"
                 "lsrs r4, r4, #16\n\tadds r5, r4\n\tldr r4, [r1, r3]\n\tlsls r4, r4, #16\n\tadds r5, r4\n\t"
                 "mov r4, lr\n\tasrs r5, r4\n\tstmia r0!, {r5}\n\tadds r1, #4\n\tcmp r0, r12\n\tbne 1b\n\t"
                 "pop {r4-r7, pc}");
}

static void scale_results(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
  const struct places places = {numbers * WORD_BYTES, 2 * numbers * WORD_BYTES, shift};
  if (shift > 32) scale_wide(multiplier, numbers, shift, count, sums);
  else scale_by_results(sums, multiplier, sums + count, &places);
}

#else
#define scale_results scale_wide
#endif

#if PROCESSOR_DSP
#define scale_products scale_results
#else

/* No part overflows: scale_choose. */
static void scale_products(const uint32_t *multiplier, uint32_t numbers, uint32_t shift, uint32_t count, uint32_t *sums) {
#if PROCESSOR_ARMV6M
  const struct places places = {numbers * WORD_BYTES, 2 * numbers * WORD_BYTES, shift - HALF_BITS};
  scale_by_products(sums, multiplier, sums + count, &places);
#else
  const uint32_t *low = multiplier + numbers, *high = low + numbers;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t sum = sums[i], m = multiplier[i], l = low[i];
    const uint32_t carried = (uint32_t)((int32_t)(sum * (m & 0xffff) + (l & 0xffff)) >> HALF_BITS);
    const uint32_t value = sum * (uint32_t)((int32_t)m >> HALF_BITS) + carried + (l >> HALF_BITS) + (high[i] << HALF_BITS);
    sums[i] = (uint32_t)((int32_t)value >> (shift - HALF_BITS));
  }
#endif
}
#endif

void scale_sums(const struct layer *layer, uint32_t number, uint32_t count, uint32_t *sums) {
  const uint32_t numbers = layer->filters * layer->op.outputs_per_sum, shift = layer->op.shift;
  const uint32_t *multiplier = layer->parameters + number;
  switch (layer->arithmetic) {
    case SCALE_PRODUCTS: scale_products(multiplier, numbers, shift, count, sums); break;
    case SCALE_RESULTS: scale_results(multiplier, numbers, shift, count, sums); break;
    default: scale_wide(multiplier, numbers, shift, count, sums);
  }
}
