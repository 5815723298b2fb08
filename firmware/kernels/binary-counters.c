#include "binary-counters.h"

#include "layer.h"

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
#define LOAD(word, index) "ldrh " word ",[r0],#2\nldr " word ",[r1," word ",lsl #2]\n"
#else
#define LOAD(word, index) "ldrh " word ",[r0,#2*" index "]\nldr " word ",[r1," word "]\n"
#endif
#define ADD(plane, a, b)                                                                                      \
  "eors " plane "," a "\neors " a "," b "\nbics " a "," plane "\neors " a "," b "\neors " plane "," b "\n"

/* Goes to the end of a group of `count` entries, so that the entries that are missing to a multiple of it are not there,
 * with zeros for what they would have left in registers. r4: the list's end. */
#ifdef __thumb2__
#define NEXT_SLICE(label, done, stack, group)                                                             \
  label ":\n ldr r7, [sp, #" stack "]\n cmp r10, r7\n beq " done "f\n"                                    \
  "ldmia r10!, {r0, r1, r12}\n ldr r7, [sp, #8]\n add r1, r1, r7\n"                                       \
  "subs r7, r12, r0\n beq " label "b\n"                                                                   \
  "movs r4, #0\n movs r5, #0\n movs r6, #0\n mov lr, r4\n"                                                \
  "rsb r7, r7, #0\n ubfx r7, r7, #1, #" group "\n"
#define ENTER(table) "tbh [pc, r7, lsl #1]\n" table ":\n"
#define ENTRY(table, label) ".hword (" label "f-" table "b)/2\n"
#else
#define NEXT_SLICE(label, done, stack, group)                                                             \
  label ":\n mov r7, r10\n ldr r5, [sp, #" stack "]\n cmp r7, r5\n bne 8f\n b " done "f\n 8:\n"              \
  "ldmia r7!, {r0, r1, r4}\n mov r10, r7\n mov r12, r4\n ldr r7, [sp, #8]\n adds r1, r1, r7\n"            \
  "subs r7, r4, r0\n beq " label "b\n"                                                                    \
  "negs r7, r7\n lsls r7, r7, #31-" group "\n lsrs r7, r7, #31-" group "\n subs r0, r0, r7\n"             \
  "movs r4, #0\n movs r6, #0\n mov lr, r4\n"
#define ENTER(table) "adr r5, " table "f\n ldrh r7, [r5, r7]\n movs r5, #0\n add pc, r7\n nop\n"
#endif

/* Eight entries from entry `i` on, whose carry of weight 8 is left in r4. Each line is a place to enter. */
#define EIGHT(a, i0, b, i1, c, i2, d, i3, e, i4, f, i5, g, i6, h, i7)                                              \
  a ":\n" LOAD("r4", i0)                                                                                           \
  b ":\n" LOAD("r5", i1) ADD("r2", "r4", "r5")                                                                     \
  c ":\n" LOAD("r5", i2)                                                                                           \
  d ":\n" LOAD("r6", i3) ADD("r2", "r5", "r6") ADD("r3", "r4", "r5")                                               \
  e ":\n" LOAD("r5", i4)                                                                                           \
  f ":\n" LOAD("r6", i5) ADD("r2", "r5", "r6")                                                                     \
  g ":\n" LOAD("r6", i6)                                                                                           \
  h ":\n" LOAD("r7", i7) ADD("r2", "r6", "r7") ADD("r3", "r5", "r6") ADD_HIGH("r8", "r5")

#ifdef __thumb2__
#define ADD_HIGH(plane, b) "eor " plane ", r4\n eors r4, " b "\n bic r4, " plane "\n eors r4, " b "\n eor " plane ", " b "\n"
#define PUT_CARRY(step, label) "str r4, [r11], #4\n cmp r0, r12\n bne " label "b\n"
#else
#define ADD_HIGH(plane, b) "mov r7, " plane "\n" ADD("r7", "r4", b) "mov " plane ", r7\n"
#define PUT_CARRY(step, label)                                                                                     \
  "mov r7, r11\n stmia r7!, {r4}\n mov r11, r7\n adds r0, #" step "\n cmp r0, r12\n bne " label "b\n"
#endif

/* Adds lists to four planes, and appends carries of weight 16: one for each sixteen entries of value 1, and one for each
 * eight of value 2, which begin at the second plane. Returns the end of the carries.
 *
 * r0: list, r1: weights, r2 and r3: planes, r4 to r7: values and carries, r8 and r9: planes, r10: slices, r11: carries,
 * r12: the list's end, lr: a carry of weight 8. On the stack: planes, slices, block, the ends of the slices. */
__attribute__((naked)) static uint32_t *count(__attribute__((unused)) uint32_t *planes,
                                              __attribute__((unused)) const struct binary_slices *slices,
                                              __attribute__((unused)) uintptr_t block) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r4-r7}\n"
      "ldr r4, [r1, #4]\n ldr r5, [r1, #12]\n"
      "push {r0-r2, r4, r5}\n"
      "ldr r4, [r1]\n mov r10, r4\n ldr r4, [r1, #16]\n mov r11, r4\n"
      "ldmia r0!, {r2-r5}\n mov r8, r4\n mov r9, r5\n"

      NEXT_SLICE("1", "2", "12", "4")
      ENTER("3")
#ifdef __thumb2__
      ENTRY("3", "10") ENTRY("3", "11") ENTRY("3", "12") ENTRY("3", "13") ENTRY("3", "14") ENTRY("3", "15")
      ENTRY("3", "16") ENTRY("3", "17") ENTRY("3", "18") ENTRY("3", "19") ENTRY("3", "20") ENTRY("3", "21")
      ENTRY("3", "22") ENTRY("3", "23") ENTRY("3", "24") ENTRY("3", "25")
#endif
      EIGHT("10", "0", "11", "1", "12", "2", "13", "3", "14", "4", "15", "5", "16", "6", "17", "7")
      "mov lr, r4\n"
      EIGHT("18", "8", "19", "9", "20", "10", "21", "11", "22", "12", "23", "13", "24", "14", "25", "15")
      "mov r5, lr\n" ADD_HIGH("r9", "r5")
      PUT_CARRY("32", "10")
      "b 1b\n"
#ifndef __thumb2__
      ".align 2\n"
      "3: .hword 10b-10b, 11b-10b, 12b-10b, 13b-10b, 14b-10b, 15b-10b, 16b-10b, 17b-10b\n"
      ".hword 18b-10b, 19b-10b, 20b-10b, 21b-10b, 22b-10b, 23b-10b, 24b-10b, 25b-10b\n"
#endif

      "2:\n"
      "ldr r0, [sp]\n str r2, [r0]\n mov r2, r3\n mov r3, r8\n mov r8, r9\n"
      "ldr r0, [sp, #4]\n ldr r0, [r0, #8]\n mov r10, r0\n"
      NEXT_SLICE("5", "6", "16", "3")
      ENTER("7")
#ifdef __thumb2__
      ENTRY("7", "30") ENTRY("7", "31") ENTRY("7", "32") ENTRY("7", "33") ENTRY("7", "34") ENTRY("7", "35")
      ENTRY("7", "36") ENTRY("7", "37")
#endif
      EIGHT("30", "0", "31", "1", "32", "2", "33", "3", "34", "4", "35", "5", "36", "6", "37", "7")
      PUT_CARRY("16", "30")
      "b 5b\n"
#ifndef __thumb2__
      ".align 2\n"
      "7: .hword 30b-30b, 31b-30b, 32b-30b, 33b-30b, 34b-30b, 35b-30b, 36b-30b, 37b-30b\n"
#endif

      "6:\n"
      "pop {r0, r1, r4-r6}\n"
      "mov r1, r8\n str r2, [r0, #4]\n str r3, [r0, #8]\n str r1, [r0, #12]\n"
      "mov r0, r11\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r4-r7, pc}\n");
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

/* Adds at most eight entries to three planes, and moves the list behind them. Returns the carry. */
static inline uint32_t add_eight(uint32_t *planes, uintptr_t weights, const uint16_t **list, const uint16_t *end) {
  uint32_t words[8] = {0};
  const uint16_t *at = *list;
#define WEIGHTS(entry) (*(const uint32_t *)(weights + (uintptr_t)(entry) * WORD_BYTES))
  if (end - at >= 8) {
    for (int i = 0; i < 8; i++) words[i] = WEIGHTS(at[i]);
    at += 8;
  } else {
    for (int i = 0; at != end; i++) words[i] = WEIGHTS(*at++);
  }
  *list = at;
  uint32_t a = words[0], b = words[2], c = words[4], d = words[6];
  FULL_ADDER(planes[0], a, words[1]);
  FULL_ADDER(planes[0], b, words[3]);
  FULL_ADDER(planes[0], c, words[5]);
  FULL_ADDER(planes[0], d, words[7]);
  FULL_ADDER(planes[1], a, b);
  FULL_ADDER(planes[1], c, d);
  FULL_ADDER(planes[2], a, c);
  return a;
}

/* Adds lists to four planes, and appends carries of weight 16: one for each sixteen entries of value 1, and one for each
 * eight of value 2, which begin at the second plane. Returns the end of the carries. */
static uint32_t *count(uint32_t *to, const struct binary_slices *slices, uintptr_t block) {
  uint32_t planes[4] = {to[0], to[1], to[2], to[3]}, *carries = slices->carries;
  for (const struct binary_slice *slice = slices->ones; slice != slices->ones_end; slice++) {
    const uint16_t *list = slice->from;
    while (list != slice->end) {
      uint32_t carry = add_eight(planes, slice->weights + block, &list, slice->end);
      const uint32_t second = list == slice->end ? 0 : add_eight(planes, slice->weights + block, &list, slice->end);
      FULL_ADDER(planes[3], carry, second);
      *carries++ = carry;
    }
  }
  for (const struct binary_slice *slice = slices->twos; slice != slices->twos_end; slice++) {
    const uint16_t *list = slice->from;
    while (list != slice->end) *carries++ = add_eight(planes + 1, slice->weights + block, &list, slice->end);
  }
  for (int i = 0; i < 4; i++) to[i] = planes[i];
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

void binary_add(uint32_t *planes, const struct binary_slices *slices, uintptr_t block) {
  add_words(planes + 4, slices->carries, count(planes, slices, block));
}
