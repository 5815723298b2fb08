/* The micro:bit v2: nRF52833, Cortex-M4, 64 MHz, 512 KB of flash, 128 KB of RAM. Its debugger is the serial port. */
#ifndef BD_EDGE_BOARD_H
#define BD_EDGE_BOARD_H

#define SERIAL_BUFFER_BYTES 4096

#define NRF_ID "nrf52833"
#define NRF_TICKS_PER_SECOND 64000000
#define NRF_FLASH_BYTES (512 * 1024)
#define NRF_RAM_BYTES (128 * 1024)
#define NRF_PAGE_BYTES 4096
/* P0.06 and P1.08, to the debugger. */
#define NRF_SENDING_PIN 6
#define NRF_RECEIVING_PIN (32 + 8)

#define BOARD_INTERRUPT_COUNT 48
#define UART0_INTERRUPT 2
#define BOARD_INTERRUPTS [INTERRUPT(UART0_INTERRUPT)] = uart0_handler

void uart0_handler(void);

#endif
