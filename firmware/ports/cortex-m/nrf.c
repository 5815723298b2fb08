/* Nordic's nRF51 and nRF52, whose clock, pins and flash controllers have the same addresses. board.h tells the sizes
 * and pins. The link is a UART at 115200 baud. */
#include "port.h"
#include <string.h>
#include "board.h"
#include "nrf.h"
#include "start.h"
#include "systick.h"

enum { CLOCK = 0x40000000, FLASH_CONTROLLER = 0x4001e000, PINS = 0x50000000 };
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
  uart_start();
  interrupt_enable(UART0_INTERRUPT);
}

/* The processor stops while a page is erased, up to 0.09 s, and while a word is written. */
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
