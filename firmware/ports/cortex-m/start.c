/* The start of every Cortex-M board from reset to main: the vector table and memory. A board adds its
 * interrupt handlers in BOARD_INTERRUPTS (board.h). */
#include "start.h"
#include <string.h>
#include "port.h"

/* Defined by the linker script, cortex-m.ld. */
extern uint32_t linker_data_source[], linker_data_start[], linker_data_end[];
extern uint32_t linker_bss_start[], linker_bss_end[];
extern uint32_t linker_stack_lowest[], linker_stack_top[];

int main(void);
void reset_handler(void);

/* A processor fault or an unexpected interrupt: the state is unreliable. */
void unused_handler(void) {
  port_reset();
}

__attribute__((section(".vectors"), used)) static const vector vectors[] = {
    (vector)linker_stack_top,
    reset_handler,
    [2 ... INTERRUPT(BOARD_INTERRUPT_COUNT) - 1] = unused_handler,
    [15] = systick_handler,
    BOARD_INTERRUPTS,
};

#ifdef BOARD_RESIDENT
/* The core reads its handlers here, also while flash is not readable. */
static vector resident_vectors[sizeof vectors / sizeof vectors[0]] __attribute__((aligned(256)));
#endif

void reset_handler(void) {
  for (uint32_t *from = linker_data_source, *to = linker_data_start; to < linker_data_end;) *to++ = *from++;
  for (uint32_t *to = linker_bss_start; to < linker_bss_end;) *to++ = 0;
#ifdef BOARD_RESIDENT
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) resident_vectors[i] = vectors[i];
  *hardware(0xe000ed08) = (uint32_t)resident_vectors; /* VTOR */
#endif
  main();
  port_reset();
}

void port_stack(uint8_t **lowest, uint8_t **top) {
  *lowest = (uint8_t *)linker_stack_lowest;
  *top = (uint8_t *)linker_stack_top;
}

void port_idle(void) {
  /* With interrupts off, one that arrives between the check and the sleep still ends the sleep. */
  __asm volatile("cpsid i" ::: "memory");
  if (!port_serial_pending()) __asm volatile("dsb\n wfi");
  __asm volatile("cpsie i\n isb" ::: "memory");
}

_Noreturn void system_reset(void) {
  __asm volatile("dsb");
  *hardware(0xe000ed0c) = 0x05fa0004; /* AIRCR: SYSRESETREQ */
  for (;;) {
  }
}
