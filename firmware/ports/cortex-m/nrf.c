/* Nordic's nRF51 and nRF52: their UART, flash controller and clock have the same addresses. board.h tells the sizes and
 * pins. The link is the UART at 115200 baud.
 *
 * The processor stops while a page of flash is erased, up to 0.09 s, and the UART then loses bytes after the first six.
 * So the receive buffer is smaller than two frames: the host waits for the reply to one before it sends the next. */
#include "port.h"
#include <string.h>
#include "board.h"
#include "serial.h"
#include "start.h"
#include "systick.h"

enum { CLOCK = 0x40000000, UART = 0x40002000, FLASH_CONTROLLER = 0x4001e000, PINS = 0x50000000 };
enum { BAUD_115200 = 0x01d7e000 };
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
/* Registers of the flash controller. */
enum { READY = 0x400, CONFIG = 0x504, ERASE_PAGE = 0x508 };
enum { READ_ONLY = 0, WRITE = 1, ERASE = 2 };
/* The firmware is in front of the store. */
enum { STORE = 0x20000, WORD_BYTES = 4 };

const struct port_board port_board = {
    .id = NRF_ID,
    .ticks_per_second = NRF_TICKS_PER_SECOND,
    .ram_bytes = NRF_RAM_BYTES,
    .serial_bytes = SERIAL_BUFFER_BYTES,
    .arena = linker_arena_start,
    .arena_bytes = (size_t)linker_arena_bytes,
    .flash = (const uint8_t *)STORE,
    .flash_bytes = NRF_FLASH_BYTES - STORE,
    .flash_erase_bytes = NRF_PAGE_BYTES,
    .flash_block_bytes = NRF_PAGE_BYTES,
    .flash_write_bytes = WORD_BYTES,
};

static uintptr_t pin_group(unsigned pin) {
  return PINS + pin / 32 * 0x300;
}

static volatile uint32_t *pin_configuration(unsigned pin) {
  return hardware(pin_group(pin) + 0x700 + pin % 32 * 4);
}

void port_init(void) {
  *hardware(CLOCK + 0x000) = 1; /* the crystal: the internal oscillator is not accurate enough for a UART */
  while (!*hardware(CLOCK + 0x100)) {
  }
  systick_start();

  /* The sending pin is high until the UART has it. */
  *hardware(pin_group(NRF_SENDING_PIN) + 0x508) = 1u << NRF_SENDING_PIN % 32;
  *pin_configuration(NRF_SENDING_PIN) = 3;   /* output */
  *pin_configuration(NRF_RECEIVING_PIN) = 0; /* input */
  *hardware(UART + TRANSMIT_PIN) = NRF_SENDING_PIN;
  *hardware(UART + RECEIVE_PIN) = NRF_RECEIVING_PIN;
  *hardware(UART + BAUD) = BAUD_115200;
  *hardware(UART + ENABLE) = 4;
  *hardware(UART + INTERRUPT_SET) = 1 << 9 | 1 << 2; /* error, received */
  *hardware(UART + START_RECEIVE) = 1;
  *hardware(UART + START_TRANSMIT) = 1;
  interrupt_enable(UART0_INTERRUPT);
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

static void flash_mode(uint32_t mode) {
  *hardware(FLASH_CONTROLLER + CONFIG) = mode;
  while (!*hardware(FLASH_CONTROLLER + READY)) {
  }
}

bool port_flash_erase(size_t offset, size_t length) {
  flash_mode(ERASE);
  *hardware(FLASH_CONTROLLER + ERASE_PAGE) = STORE + offset;
  flash_mode(READ_ONLY);
  const uint32_t *const words = (const uint32_t *)(STORE + offset);
  for (size_t i = 0; i < length / WORD_BYTES; i++)
    if (words[i] != UINT32_MAX) return false;
  return true;
}

bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  flash_mode(WRITE);
  for (size_t i = 0; i < length; i += WORD_BYTES) {
    uint32_t word;
    memcpy(&word, bytes + i, sizeof word);
    *hardware(STORE + offset + i) = word;
  }
  flash_mode(READ_ONLY);
  return memcmp((const uint8_t *)(STORE + offset), bytes, length) == 0;
}

_Noreturn void port_reset(void) {
  system_reset();
}
