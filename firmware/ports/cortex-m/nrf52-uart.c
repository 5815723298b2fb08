/* The UART of an nRF52 with its DMA, "UARTE". Received bytes go to a ring in memory without the processor, which stops
 * while a page of flash is erased. The UART does not tell how many bytes of the ring are filled: a timer counts its
 * events, which another part of the chip (PPI) passes on. */
#include <string.h>
#include "board.h"
#include "nrf.h"
#include "port.h"
#include "serial.h"
#include "start.h"

enum { UART = 0x40002000, TIMER2 = 0x4000a000, PPI = 0x4001f000, BAUD_115200 = 0x01d60000 };
/* Registers of the UART. */
enum {
  START_RECEIVE = 0x000,
  START_TRANSMIT = 0x008,
  RECEIVED = 0x108,
  TRANSMITTED = 0x120,
  ERROR = 0x124,
  SHORTCUTS = 0x200,
  INTERRUPT_SET = 0x304,
  ERROR_SOURCE = 0x480,
  ENABLE = 0x500,
  TRANSMIT_PIN = 0x50c,
  RECEIVE_PIN = 0x514,
  BAUD = 0x524,
  RECEIVE_ADDRESS = 0x534,
  RECEIVE_BYTES = 0x538,
  TRANSMIT_ADDRESS = 0x544,
  TRANSMIT_BYTES = 0x548,
};
enum { OVERRUN = 1 << 0, RESTART_AT_END = 1 << 5 };

static uint8_t ring[SERIAL_BUFFER_BYTES];
/* The number of bytes that were read. It only increases, as the timer's number does. */
static uint32_t taken;

void uart_start(void) {
  *hardware(TIMER2 + 0x504) = 1; /* counts events */
  *hardware(TIMER2 + 0x508) = 3; /* 32 bits */
  *hardware(TIMER2 + 0x00c) = 1; /* from 0 */
  *hardware(TIMER2 + 0x000) = 1;
  *hardware(PPI + 0x510) = UART + RECEIVED;
  *hardware(PPI + 0x514) = TIMER2 + 0x008;
  *hardware(PPI + 0x504) = 1 << 0;

  *hardware(UART + TRANSMIT_PIN) = NRF_SENDING_PIN;
  *hardware(UART + RECEIVE_PIN) = NRF_RECEIVING_PIN;
  *hardware(UART + BAUD) = BAUD_115200;
  *hardware(UART + RECEIVE_ADDRESS) = (uint32_t)ring;
  *hardware(UART + RECEIVE_BYTES) = sizeof ring;
  *hardware(UART + SHORTCUTS) = RESTART_AT_END;
  *hardware(UART + ENABLE) = 8;
  *hardware(UART + INTERRUPT_SET) = 1 << 9 | 1 << 2; /* error, received */
  *hardware(UART + START_RECEIVE) = 1;
}

/* Only ends the sleep of port_idle. */
void uart0_handler(void) {
  *hardware(UART + RECEIVED) = 0;
  if (*hardware(UART + ERROR)) {
    *hardware(UART + ERROR) = 0;
    const uint32_t source = *hardware(UART + ERROR_SOURCE);
    *hardware(UART + ERROR_SOURCE) = source;
    if (source & OVERRUN) serial_lost();
  }
}

static uint32_t received(void) {
  *hardware(TIMER2 + 0x040) = 1; /* capture into the first register */
  return *hardware(TIMER2 + 0x540);
}

bool port_serial_pending(void) {
  return received() != taken;
}

size_t port_serial_read(uint8_t *bytes, size_t capacity) {
  const uint32_t held = received() - taken;
  if (held > sizeof ring) { /* the oldest ones are overwritten */
    serial_lost();
    taken += held;
    return 0;
  }
  const size_t count = held < capacity ? held : capacity;
  for (size_t i = 0; i < count; i++) bytes[i] = ((volatile uint8_t *)ring)[(taken + i) % sizeof ring];
  taken += count;
  return count;
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  /* The DMA reads from memory only, and text is in flash. */
  static uint8_t packet[64];
  while (length > 0) {
    const size_t count = length < sizeof packet ? length : sizeof packet;
    memcpy(packet, bytes, count);
    *hardware(UART + TRANSMIT_ADDRESS) = (uint32_t)packet;
    *hardware(UART + TRANSMIT_BYTES) = count;
    *hardware(UART + TRANSMITTED) = 0;
    __asm volatile("dsb" ::: "memory");
    *hardware(UART + START_TRANSMIT) = 1;
    while (!*hardware(UART + TRANSMITTED)) {
    }
    bytes += count;
    length -= count;
  }
}
