/* Raspberry Pi Pico: RP2040 at 125 MHz, 264 KB of RAM, 2 MB of flash. The link is UART0: GPIO 0 sends, GPIO 1
 * receives. */
#include "port.h"
#include "board.h"
#include "clocks.h"
#include "flash.h"
#include "pl011.h"
#include "start.h"
#include "systick.h"

enum { IO_BANK0 = 0x40014000, PSM = 0x40010000, UART0 = 0x40034000, WATCHDOG = 0x40058000 };
enum { RESET_IO_BANK0 = 1 << 5, RESET_PADS_BANK0 = 1 << 8, RESET_UART0 = 1 << 22 };

const struct port_board port_board = {
    .id = "pico",
    .ticks_per_second = CLOCK_HZ,
    .ram_bytes = 264 * 1024,
    .serial_bytes = SERIAL_BUFFER_BYTES,
    .arena = linker_arena_start,
    .arena_bytes = (size_t)linker_arena_bytes,
    .flash = (const uint8_t *)(FLASH_BASE + FLASH_STORE),
    .flash_bytes = FLASH_BYTES - FLASH_STORE,
    .flash_erase_bytes = FLASH_ERASE_BYTES,
    .flash_block_bytes = FLASH_BLOCK_BYTES,
    .flash_write_bytes = FLASH_WRITE_BYTES,
};

void port_init(void) {
  clocks_start();
  flash_start();
  systick_start();
  unreset(RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_UART0);
  *hardware(IO_BANK0 + 0x04) = 2; /* GPIO 0 and 1 are UART0 */
  *hardware(IO_BANK0 + 0x0c) = 2;
  pl011_start(UART0, CLOCK_HZ, BOARD_BAUD);
  interrupt_enable(UART0_INTERRUPT);
}

RESIDENT void uart0_handler(void) {
  pl011_receive(UART0);
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  pl011_send(UART0, bytes, length);
}

_Noreturn void port_reset(void) {
  *hardware(PSM + 0x08) = 0x1fffc;        /* the watchdog resets all except the oscillators */
  *hardware(WATCHDOG + 0x2000) = 1u << 31; /* this alias sets bits: trigger */
  for (;;) {
  }
}
