/* The MPS2 with FPGA image AN500, for the shared start-up. */
#ifndef BD_EDGE_BOARD_H
#define BD_EDGE_BOARD_H

#define SERIAL_BUFFER_BYTES 16384

#define BOARD_INTERRUPT_COUNT 32
#define UART0_RECEIVE_INTERRUPT 0
#define BOARD_INTERRUPTS [INTERRUPT(UART0_RECEIVE_INTERRUPT)] = uart0_receive_handler

void uart0_receive_handler(void);

#endif
