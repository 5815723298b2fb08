/* The nRF51822, for the shared start-up. */
#ifndef BD_EDGE_BOARD_H
#define BD_EDGE_BOARD_H

/* One frame and a little of the next: the UART loses bytes that arrive during an erase, which stops the
 * processor. */
#define SERIAL_BUFFER_BYTES 256

#define BOARD_INTERRUPT_COUNT 32
#define UART0_INTERRUPT 2
#define BOARD_INTERRUPTS [INTERRUPT(UART0_INTERRUPT)] = uart0_handler

void uart0_handler(void);

#endif
