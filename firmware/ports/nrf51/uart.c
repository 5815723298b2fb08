/* The UART of an nRF51. It has room for six bytes, and the processor stops while a page of flash is erased. So the receive
 * buffer is smaller than two frames: the host waits for the reply to one before it sends the next. */
#include "board.h"
#include "nrf.h"
#include "port.h"
#include "serial.h"
#include "start.h"

enum { UART = 0x40002000, BAUD_115200 = 0x01d7e000 };
/* Registers of the UART. */
enum {
  START_RECEIVE = 0x000,
  START_TRANSMIT = 0x008,
  RECEIVED = 0x108,
  TRANSMITTED = 0x11c,
  ERROR = 0x124,
  INTERRUPT_SET = 0x304,
  ERROR_SOURCE = 0x480,
  ENABLE = 0x500,
  TRANSMIT_PIN = 0x50c,
  RECEIVE_PIN = 0x514,
  RECEIVE_DATA = 0x518,
  TRANSMIT_DATA = 0x51c,
  BAUD = 0x524,
};
enum { OVERRUN = 1 << 0 };

void uart_start(void) {
  *hardware(UART + TRANSMIT_PIN) = NRF_SENDING_PIN;
  *hardware(UART + RECEIVE_PIN) = NRF_RECEIVING_PIN;
  *hardware(UART + BAUD) = BAUD_115200;
  *hardware(UART + ENABLE) = 4;
  *hardware(UART + INTERRUPT_SET) = 1 << 9 | 1 << 2; /* error, received */
  *hardware(UART + START_RECEIVE) = 1;
  *hardware(UART + START_TRANSMIT) = 1;
}

void uart0_handler(void) {
  while (*hardware(UART + RECEIVED)) {
    *hardware(UART + RECEIVED) = 0;
    serial_received((uint8_t)*hardware(UART + RECEIVE_DATA));
  }
  if (*hardware(UART + ERROR)) {
    *hardware(UART + ERROR) = 0;
    const uint32_t source = *hardware(UART + ERROR_SOURCE);
    *hardware(UART + ERROR_SOURCE) = source;
    if (source & OVERRUN) serial_lost();
  }
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    *hardware(UART + TRANSMITTED) = 0;
    *hardware(UART + TRANSMIT_DATA) = bytes[i];
    while (!*hardware(UART + TRANSMITTED)) {
    }
  }
}
