#include "binary-counters.h"

/* Adds two bits to a plane; `a` becomes the carry. */
#define FULL_ADDER(plane, a, b) \
  do {                          \
    (plane) ^= (a);             \
    (a) ^= (b);                 \
    (a) &= ~(plane);            \
    (a) ^= (b);                 \
    (plane) ^= (b);             \
  } while (0)

#if defined(__arm__) && defined(__thumb__)
#define ASSEMBLY 1
#else
#define ASSEMBLY 0
#endif

#if ASSEMBLY

#ifdef __thumb2__
#define LOAD(word, index) "ldrh " word ", [r0], #2\n ldr " word ", [r1, " word ", lsl #2]\n"
#else
#define LOAD(word, index) "ldrh " word ", [r0, #2*" index "]\n ldr " word ", [r1, " word "]\n"
#endif
#define ADD(plane, a, b)                                                                                      \
  "eors " plane ", " a "\n eors " a ", " b "\n bics " a ", " plane "\n eors " a ", " b "\n eors " plane ", " b "\n"

/* Adds lists to the counters of weight 1, 2 and 4, and appends carries of weight 8, one for each eight entries. A
 * slice begins in the middle of the loop, with zeros for the entries that are missing to a multiple of eight.
 *
 * r0: list, r1: weights, r2: ones, r3: twos, r4 to r7: values and carries, r8: fours, r9: carries, r10: slices,
 * r11: their end, r12: the list's end, lr: block. */
__attribute__((naked)) static uint32_t *count(__attribute__((unused)) uint32_t *counters,
                                              __attribute__((unused)) const struct binary_slice *slices,
                                              __attribute__((unused)) const struct binary_slice *end,
                                              __attribute__((unused)) uint32_t *carries,
                                              __attribute__((unused)) uintptr_t block) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r0, r4-r7}\n"
      "mov r10, r1\n mov r11, r2\n mov r9, r3\n"
      "ldr r4, [sp, #40]\n mov lr, r4\n"
      "ldr r2, [r0]\n ldr r3, [r0, #4]\n ldr r4, [r0, #8]\n mov r8, r4\n"
      "1:\n"
      "mov r7, r10\n cmp r7, r11\n beq 3f\n"
      "ldmia r7!, {r0, r1, r4}\n"
      "mov r10, r7\n"
      "add r1, lr\n"
      "subs r5, r4, r0\n beq 1b\n"
      "mov r12, r4\n"
      "negs r5, r5\n movs r6, #14\n ands r5, r6\n"
#ifdef __thumb2__
      "movs r4, #0\n movs r6, #0\n mov r7, r5\n movs r5, #0\n"
      "lsrs r7, r7, #1\n"
      "tbb [pc, r7]\n"
      "4:\n"
      ".byte (10f-4b)/2, (11f-4b)/2, (12f-4b)/2, (13f-4b)/2, (14f-4b)/2, (15f-4b)/2, (16f-4b)/2, (17f-4b)/2\n"
#else
      "subs r0, r0, r5\n"
      "adr r7, 5f\n ldrh r7, [r7, r5]\n"
      "movs r4, #0\n movs r5, #0\n movs r6, #0\n"
      "add pc, r7\n"
      "nop\n"
      "4:\n"
#endif
      "10:\n" LOAD("r4", "0")
      "11:\n" LOAD("r5", "1") ADD("r2", "r4", "r5")
      "12:\n" LOAD("r5", "2")
      "13:\n" LOAD("r6", "3") ADD("r2", "r5", "r6") ADD("r3", "r4", "r5")
      "14:\n" LOAD("r5", "4")
      "15:\n" LOAD("r6", "5") ADD("r2", "r5", "r6")
      "16:\n" LOAD("r6", "6")
      "17:\n" LOAD("r7", "7") ADD("r2", "r6", "r7") ADD("r3", "r5", "r6")
#ifdef __thumb2__
      "eor r8, r4\n eors r4, r5\n bic r4, r8\n eors r4, r5\n eor r8, r5\n"
      "str r4, [r9], #4\n"
      "cmp r0, r12\n"
#else
      "mov r7, r8\n" ADD("r7", "r4", "r5") "mov r8, r7\n"
      "mov r7, r9\n stmia r7!, {r4}\n mov r9, r7\n"
      "adds r0, #16\n cmp r0, r12\n"
#endif
      "bne 10b\n"
      "b 1b\n"
      "3:\n"
      "pop {r0, r4-r7}\n"
      "mov r1, r8\n"
      "str r2, [r0]\n str r3, [r0, #4]\n str r1, [r0, #8]\n"
      "mov r0, r9\n"
      "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r4-r7, pc}\n"
#ifndef __thumb2__
      ".align 2\n"
      "5: .hword 10b-4b, 11b-4b, 12b-4b, 13b-4b, 14b-4b, 15b-4b, 16b-4b, 17b-4b\n"
#endif
  );
}

/* Adds words to planes. Each round adds four words at a time to two planes, and leaves a quarter as many carries for
 * the next planes.
 *
 * r0: words, r1: carries, r2 and r3: planes, r4 to r7: words, r8: the first word, r12: their end, lr: the address of the
 * planes. */
__attribute__((naked)) static void add_words(__attribute__((unused)) uint32_t *planes,
                                             __attribute__((unused)) uint32_t *words,
                                             __attribute__((unused)) uint32_t *end) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n push {r4}\n"
      "mov r8, r1\n mov lr, r0\n"
      "1:\n"
      "subs r4, r2, r1\n cmp r4, #4\n bls 3f\n"
      /* Zeros to a multiple of four words. */
      "movs r5, #0\n movs r6, #0\n movs r7, #0\n stmia r2!, {r5-r7}\n"
      "adds r4, #12\n lsrs r4, r4, #4\n lsls r4, r4, #4\n adds r4, r4, r1\n mov r12, r4\n"
      "mov r0, lr\n ldmia r0!, {r2, r3}\n"
      "movs r0, r1\n"
      "2:\n"
      "ldmia r0!, {r4-r7}\n"
      ADD("r2", "r4", "r5") ADD("r2", "r6", "r7") ADD("r3", "r4", "r6")
      "stmia r1!, {r4}\n"
      "cmp r0, r12\n bne 2b\n"
      "mov r0, lr\n stmia r0!, {r2, r3}\n mov lr, r0\n"
      "movs r2, r1\n mov r1, r8\n"
      "b 1b\n"
      "3:\n"
      "bne 5f\n"
      "ldr r3, [r1]\n mov r0, lr\n"
      "4:\n"
      "cmp r3, #0\n beq 5f\n"
      "ldr r4, [r0]\n movs r5, r4\n eors r5, r3\n ands r3, r4\n stmia r0!, {r5}\n"
      "b 4b\n"
      "5:\n"
      "pop {r4}\n mov r8, r4\n"
      "pop {r4-r7, pc}\n");
}

#else

static uint32_t *count(uint32_t *counters, const struct binary_slice *slices, const struct binary_slice *end, uint32_t *carries,
                       uintptr_t block) {
  uint32_t ones = counters[0], twos = counters[1], fours = counters[2];
  for (; slices != end; slices++) {
    const uint16_t *list = slices->from;
    const uintptr_t weights = slices->weights + block;
#define WEIGHTS(entry) (*(const uint32_t *)(weights + (uintptr_t)(entry) * 4))
    while (list != slices->end) {
      uint32_t a, b, c, d, e, f, g, h;
      if (slices->end - list >= 8) {
        a = WEIGHTS(list[0]), b = WEIGHTS(list[1]), c = WEIGHTS(list[2]), d = WEIGHTS(list[3]);
        e = WEIGHTS(list[4]), f = WEIGHTS(list[5]), g = WEIGHTS(list[6]), h = WEIGHTS(list[7]);
        list += 8;
      } else {
        a = WEIGHTS(*list++), b = c = d = e = f = g = h = 0;
        if (list != slices->end) b = WEIGHTS(*list++);
        if (list != slices->end) c = WEIGHTS(*list++);
        if (list != slices->end) d = WEIGHTS(*list++);
        if (list != slices->end) e = WEIGHTS(*list++);
        if (list != slices->end) f = WEIGHTS(*list++);
        if (list != slices->end) g = WEIGHTS(*list++);
      }
      FULL_ADDER(ones, a, b);
      FULL_ADDER(ones, c, d);
      FULL_ADDER(ones, e, f);
      FULL_ADDER(ones, g, h);
      FULL_ADDER(twos, a, c);
      FULL_ADDER(twos, e, g);
      FULL_ADDER(fours, a, e);
      *carries++ = a;
    }
  }
  counters[0] = ones, counters[1] = twos, counters[2] = fours;
  return carries;
}

/* Adds words to planes. Each round adds four words at a time to two planes, and leaves a quarter as many carries for
 * the next planes. */
static void add_words(uint32_t *planes, uint32_t *words, uint32_t *end) {
  while (end - words > 1) {
    uint32_t low = planes[0], high = planes[1], *carries = words;
    while ((end - words) % 4 != 0) *end++ = 0;
    for (const uint32_t *from = words; from != end; from += 4) {
      uint32_t a = from[0], b = from[1], c = from[2], d = from[3];
      FULL_ADDER(low, a, b);
      FULL_ADDER(low, c, d);
      FULL_ADDER(high, a, c);
      *carries++ = a;
    }
    *planes++ = low;
    *planes++ = high;
    end = carries;
  }
  uint32_t carry = end != words ? *words : 0;
  for (; carry != 0; planes++) {
    const uint32_t plane = *planes;
    *planes = plane ^ carry;
    carry &= plane;
  }
}

#endif

void binary_add(uint32_t *planes, const struct binary_slice *slices, const struct binary_slice *end, uint32_t *carries,
                uintptr_t block) {
  add_words(planes + 3, carries, count(planes, slices, end, carries, block));
}
