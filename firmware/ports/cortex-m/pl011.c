#include "pl011.h"
#include "serial.h"
#include "start.h"

enum {
  DATA = 0x00,
  FLAGS = 0x18,
  DIVISOR = 0x24,
  FRACTION = 0x28,
  LINE_CONTROL = 0x2c,
  CONTROL = 0x30,
  INTERRUPT_LEVEL = 0x34,
  INTERRUPT_MASK = 0x38,
  INTERRUPT_STATUS = 0x3c,
  INTERRUPT_CLEAR = 0x44,
};
enum { RECEIVE_EMPTY = 1 << 4, TRANSMIT_FULL = 1 << 5 };
/* Interrupts when the FIFO is filled to the level, when it is not empty and nothing arrived for 32 bits, and
 * after a byte was lost. The last one stays until it is cleared, unlike the bit next to the data, which comes
 * with the next byte. */
enum { RECEIVE = 1 << 4, RECEIVE_TIMEOUT = 1 << 6, OVERRUN = 1 << 10 };

void pl011_start(uintptr_t base, uint32_t clock, uint32_t baud) {
  const uint32_t divisor = (clock * 4 + baud / 2) / baud; /* in 64ths of the clock / (16 x baud) */
  *hardware(base + CONTROL) = 0;
  *hardware(base + DIVISOR) = divisor / 64;
  *hardware(base + FRACTION) = divisor % 64;
  *hardware(base + LINE_CONTROL) = 3 << 5 | 1 << 4; /* also applies the divisor */
  *hardware(base + INTERRUPT_LEVEL) = 1 << 3;       /* receive: a quarter full */
  *hardware(base + INTERRUPT_CLEAR) = 0x7ff;
  *hardware(base + INTERRUPT_MASK) = RECEIVE | RECEIVE_TIMEOUT | OVERRUN;
  *hardware(base + CONTROL) = 1 << 9 | 1 << 8 | 1;
}

RESIDENT void pl011_receive(uintptr_t base) {
  if (*hardware(base + INTERRUPT_STATUS) & OVERRUN) {
    *hardware(base + INTERRUPT_CLEAR) = OVERRUN;
    serial_lost();
  }
  while (!(*hardware(base + FLAGS) & RECEIVE_EMPTY)) {
    /* A byte with a wrong stop bit or parity is passed on: the frame's checksum detects it. */
    serial_received((uint8_t)*hardware(base + DATA));
  }
  *hardware(base + INTERRUPT_CLEAR) = RECEIVE | RECEIVE_TIMEOUT;
}

void pl011_send(uintptr_t base, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    while (*hardware(base + FLAGS) & TRANSMIT_FULL) {
    }
    *hardware(base + DATA) = bytes[i];
  }
}
