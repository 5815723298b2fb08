/* nRF51822-xxAC: Cortex-M0, 16 MHz, 256 KB of flash, 32 KB of RAM; QEMU's machine microbit with -global
 * nrf51-soc.sram-size=32768. The micro:bit itself has the xxAA with 16 KB, too little for the interpreter. */
#ifndef BD_EDGE_BOARD_H
#define BD_EDGE_BOARD_H

/* One frame and a little of the next (uart.c). */
#define SERIAL_BUFFER_BYTES 256

#define NRF_ID "nrf51822"
#define NRF_TICKS_PER_SECOND 16000000
#define NRF_FLASH_BYTES (256 * 1024)
#define NRF_RAM_BYTES (32 * 1024)
#define NRF_PAGE_BYTES 1024
/* The micro:bit's pins to USB. */
#define NRF_SENDING_PIN 24
#define NRF_RECEIVING_PIN 25

#define BOARD_INTERRUPT_COUNT 32
#define UART0_INTERRUPT 2
#define BOARD_INTERRUPTS [INTERRUPT(UART0_INTERRUPT)] = uart0_handler

void uart0_handler(void);

#endif
