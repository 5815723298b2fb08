/* nRF51822-xxAC: Cortex-M0, 16 MHz, 256 KB of flash, 32 KB of RAM; QEMU's machine microbit with -global
 * nrf51-soc.sram-size=32768 (the micro:bit itself has the xxAA with 16 KB, too little for the interpreter).
 * The link is its UART at 115200 baud, on the micro:bit's pins to USB: 24 sends, 25 receives. */
#include "port.h"
#include <string.h>
#include "board.h"
#include "serial.h"
#include "start.h"

enum { CLOCK = 0x40000000, UART = 0x40002000, TIMER = 0x40008000, FLASH_CONTROLLER = 0x4001e000 };
enum { SENDING_PIN = 24, RECEIVING_PIN = 25, BAUD_115200 = 0x01d7e000 };
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
/* The store is the upper half of flash; the firmware is in the lower half. */
enum { STORE = 0x20000, STORE_BYTES = 0x20000, PAGE_BYTES = 1024, WORD_BYTES = 4 };

const struct port_board port_board = {
    .id = "nrf51822",
    .ticks_per_second = 16000000,
    .ram_bytes = 32 * 1024,
    .serial_bytes = SERIAL_BUFFER_BYTES,
    .arena = linker_arena_start,
    .arena_bytes = (size_t)linker_arena_bytes,
    .flash = (const uint8_t *)STORE,
    .flash_bytes = STORE_BYTES,
    .flash_erase_bytes = PAGE_BYTES,
    .flash_block_bytes = PAGE_BYTES,
    .flash_write_bytes = WORD_BYTES,
};

void port_init(void) {
  *hardware(CLOCK + 0x000) = 1; /* the crystal: the internal oscillator is not accurate enough for a UART */
  while (!*hardware(CLOCK + 0x100)) {
  }
  *hardware(TIMER + 0x508) = 3; /* 32 bits */
  *hardware(TIMER + 0x510) = 0; /* the core clock, undivided */
  *hardware(TIMER + 0x000) = 1;

  *hardware(UART + TRANSMIT_PIN) = SENDING_PIN;
  *hardware(UART + RECEIVE_PIN) = RECEIVING_PIN;
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

/* This chip has no SysTick; TIMER0 runs at the core clock. */
uint32_t port_ticks(void) {
  *hardware(TIMER + 0x040) = 1; /* capture into the first register */
  return *hardware(TIMER + 0x540);
}

void systick_handler(void) {}

/* The processor stops while the flash works. */
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
