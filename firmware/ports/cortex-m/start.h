/* What the shared start-up and a board's own port say to one another. */
#ifndef BD_EDGE_START_H
#define BD_EDGE_START_H
#include <stdbool.h>
#include <stdint.h>
#include "board.h"

typedef void (*vector)(void);

/* Where flash cannot be read while it is written, a board says BOARD_RESIDENT: functions so marked then lie in RAM, with
 * all that they call. Interrupt handlers are, so that no byte is lost meanwhile. */
#ifdef BOARD_RESIDENT
#define RESIDENT __attribute__((section(".resident"), noinline))
#else
#define RESIDENT
#endif

/* The place of a chip's interrupt in the vector table, behind those that every core has. */
#define INTERRUPT(number) (16 + (number))

/* From the linker script: all RAM that is left. */
extern uint8_t linker_arena_start[], linker_arena_bytes[];

/* In systick.c; a board that counts ticks in another way defines it as it likes. */
void systick_handler(void);
/* True if port_serial_read would return something: in serial.c. */
bool port_serial_pending(void);
/* The reset that the architecture defines, for port_reset. */
_Noreturn void system_reset(void);

/* Lets an interrupt of the chip through. */
static inline void interrupt_enable(unsigned number) {
  ((volatile uint32_t *)0xe000e100)[number / 32] = UINT32_C(1) << (number % 32);
}

/* A register. */
static inline __attribute__((always_inline)) volatile uint32_t *hardware(uintptr_t address) {
  return (volatile uint32_t *)address;
}

#endif
