/* ARM's UART PL011 with interrupts, which the Pico and many other chips have. */
#ifndef BD_EDGE_PL011_H
#define BD_EDGE_PL011_H
#include <stddef.h>
#include <stdint.h>

/* 8 data bits, no parity, 1 stop bit, FIFOs on; `clock` is the UART's clock in Hz. */
void pl011_start(uintptr_t base, uint32_t clock, uint32_t baud);
/* The interrupt handler of the UART. */
void pl011_receive(uintptr_t base);
/* Returns when the last byte is in the FIFO. */
void pl011_send(uintptr_t base, const uint8_t *bytes, size_t length);

#endif
