/* The Raspberry Pi Pico, for the shared start-up. */
#ifndef BD_EDGE_BOARD_H
#define BD_EDGE_BOARD_H

#define SERIAL_BUFFER_BYTES 16384

/* Flash is not readable while it is written. */
#define BOARD_RESIDENT
#define BOARD_INTERRUPT_COUNT 26
#define USB_INTERRUPT 5
#define UART0_INTERRUPT 20
#define BOARD_INTERRUPTS [INTERRUPT(USB_INTERRUPT)] = usb_handler, [INTERRUPT(UART0_INTERRUPT)] = uart0_handler

void usb_handler(void);
void uart0_handler(void);

#endif
