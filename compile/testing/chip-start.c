/* The start of a program on an emulated processor without an operating system: `program`, which may call `say`. Output
 * and end are those of the emulator's semihosting. */
/* cspell:ignore balign, movi, nebreak, norvc, nslli, nsrai, simcall, muldi, udivdi, udivsi, umodsi */
#include <stdint.h>
#include <string.h>

void start(void);
int program(void);
void say(const char *text);

#if defined(__arm__)
static void call(uintptr_t operation, const void *argument) {
  register uintptr_t r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}
#elif defined(__riscv)
__attribute__((naked)) static void call(uintptr_t operation, const void *argument) {
  (void)operation, (void)argument;
  __asm volatile(".balign 16\n.option push\n.option norvc\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\nret\n.option pop");
}
#endif

#if defined(__xtensa__)
static void call(uintptr_t operation, uintptr_t a, const void *b, uintptr_t c) {
  register uintptr_t a2 __asm("a2") = operation;
  register uintptr_t a3 __asm("a3") = a;
  register const void *a4 __asm("a4") = b;
  register uintptr_t a5 __asm("a5") = c;
  __asm volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
}
void say(const char *text) { call(4, 1, text, strlen(text)); }
static void leave(int failed) { call(1, (uintptr_t)failed, 0, 0); }
__asm(".section .vectors, \"ax\"\n.global start\nstart: j 1f\n.balign 4\n.literal_position\n1: movi a1, stack_top\ncall0 begin\n.text");
#else
void say(const char *text) { call(4, text); }
static void leave(int failed) {
  const uintptr_t values[] = {0x20026, (uintptr_t)failed};
  call(0x20, values);
}
#endif

__attribute__((used, noreturn)) void begin(void) {
  leave(program());
  for (;;) {}
}

#if defined(__arm__)
extern uint32_t stack_top[];
__attribute__((noreturn)) void fault(void) {
  leave(99);
  for (;;) {}
}
__attribute__((used, section(".vectors"))) const void *const vectors[16] = {stack_top, (const void *)begin, (const void *)fault,
                                                                            (const void *)fault, (const void *)fault};
#elif defined(__xtensa__)
/* The compiler's library has no divisions and long products: those of an ESP8266 are in its ROM. */
static uint64_t divide(uint64_t a, uint64_t b, uint64_t *rest) {
  uint64_t quotient = 0;
  *rest = 0;
  for (int i = 63; i >= 0; i--) {
    *rest = *rest << 1 | (a >> i & 1);
    quotient <<= 1;
    if (*rest >= b) *rest -= b, quotient |= 1;
  }
  return quotient;
}
uint64_t __udivdi3(uint64_t a, uint64_t b) { uint64_t rest; return divide(a, b, &rest); }
uint32_t __udivsi3(uint32_t a, uint32_t b) { uint64_t rest; return (uint32_t)divide(a, b, &rest); }
uint32_t __umodsi3(uint32_t a, uint32_t b) { uint64_t rest; divide(a, b, &rest); return (uint32_t)rest; }
uint64_t __muldi3(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  for (; b != 0; a <<= 1, b >>= 1) if ((b & 1) != 0) product += a;
  return product;
}
#elif defined(__riscv)
__asm(".section .vectors, \"ax\"\n.global start\nstart: la sp, stack_top\ncall begin\n.text");
#endif
