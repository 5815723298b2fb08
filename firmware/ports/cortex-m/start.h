/* The interface between the shared start-up and a board's port. */
#ifndef BD_EDGE_START_H
#define BD_EDGE_START_H
#include <stdbool.h>
#include <stdint.h>
#include "board.h"

typedef void (*vector)(void);

/* A board whose flash is not readable while it is written defines BOARD_RESIDENT: the functions with this
 * attribute, and all that they call, are in RAM. Interrupt handlers are, so that no byte is lost. */
#ifdef BOARD_RESIDENT
#define RESIDENT __attribute__((section(".resident"), noinline))
#else
#define RESIDENT
#endif

/* The place of a chip's interrupt in the vector table, after those of every core. */
#define INTERRUPT(number) (16 + (number))

/* From the linker script: all remaining RAM. */
extern uint8_t linker_arena_start[], linker_arena_bytes[];

/* In systick.c; a board with another counter defines it itself. */
void systick_handler(void);
/* Returns whether port_serial_read would return bytes; in serial.c, unless the board has a second port. */
bool port_serial_pending(void);
/* The architecture's reset, for port_reset. */
_Noreturn void system_reset(void);

/* Enables and disables an interrupt of the chip. */
static inline __attribute__((always_inline)) void interrupt_enable(unsigned number) {
  __asm volatile("" ::: "memory");
  ((volatile uint32_t *)0xe000e100)[number / 32] = UINT32_C(1) << (number % 32);
}
static inline __attribute__((always_inline)) void interrupt_disable(unsigned number) {
  ((volatile uint32_t *)0xe000e180)[number / 32] = UINT32_C(1) << (number % 32);
  __asm volatile("dsb\n isb" ::: "memory");
}

/* A register. */
static inline __attribute__((always_inline)) volatile uint32_t *hardware(uintptr_t address) {
  return (volatile uint32_t *)address;
}

#endif
