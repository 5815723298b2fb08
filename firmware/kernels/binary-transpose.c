#include "binary-transpose.h"

#if defined(__arm__) && defined(__thumb__) && !defined(__thumb2__)

#define EXCHANGE(a, b, shift, mask)                                                                            \
  "lsrs r5, " a ", #" shift "\n eors r5, " b "\n ands r5, " mask "\n eors " b ", r5\n"                        \
  "lsls r5, r5, #" shift "\n eors " a ", r5\n"

/* r0: planes, r1 to r4: words, r6 and r7: masks, r12: the end. */
__attribute__((naked)) void binary_transpose(__attribute__((unused)) uint32_t *planes) {
  __asm__ volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "movs r1, #16\n adds r1, r1, r0\n mov r12, r1\n"
      "ldr r6, 3f\n ldr r7, 4f\n"
      "1:\n"
      "ldr r1, [r0]\n ldr r2, [r0, #16]\n ldr r3, [r0, #32]\n ldr r4, [r0, #48]\n"
      EXCHANGE("r1", "r3", "8", "r6") EXCHANGE("r2", "r4", "8", "r6")
      EXCHANGE("r1", "r2", "4", "r7") EXCHANGE("r3", "r4", "4", "r7")
      "str r2, [r0, #16]\n str r3, [r0, #32]\n str r4, [r0, #48]\n stmia r0!, {r1}\n"
      "cmp r0, r12\n bne 1b\n"
      "subs r0, #16\n"
      "movs r1, #64\n adds r1, r1, r0\n mov r12, r1\n"
      "ldr r6, 5f\n ldr r7, 6f\n"
      "2:\n"
      "ldmia r0!, {r1-r4}\n"
      EXCHANGE("r1", "r3", "2", "r6") EXCHANGE("r2", "r4", "2", "r6")
      EXCHANGE("r1", "r2", "1", "r7") EXCHANGE("r3", "r4", "1", "r7")
      "subs r0, #16\n stmia r0!, {r1-r4}\n"
      "cmp r0, r12\n bne 2b\n"
      "pop {r4-r7, pc}\n"
      ".align 2\n"
      "3: .word 0x00ff00ff\n4: .word 0x0f0f0f0f\n5: .word 0x33333333\n6: .word 0x55555555\n");
}

#else

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

#endif
