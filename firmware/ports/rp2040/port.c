/* Raspberry Pi Pico: RP2040 at 125 MHz, 264 KB of RAM, 2 MB of flash. The link is on two ports at once: USB, and UART0,
 * where GPIO 0 sends and GPIO 1 receives. The board sends to the one that it last received from. */
#include "port.h"
#include <string.h>
#include "board.h"
#include "clocks.h"
#include "flash.h"
#include "pl011.h"
#include "serial.h"
#include "start.h"
#include "systick.h"
#include "usb.h"

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
  usb_start();
}

RESIDENT void uart0_handler(void) {
  pl011_receive(UART0);
}

/* Whether to send over USB, and whether its port was open at the last look. */
static bool by_usb, was_open;

/* The log before the first request, for the first program that opens the USB port: it cannot be open at the start. */
static struct {
  uint8_t bytes[192];
  size_t length;
  bool is_over;
} first_log;

static void note_opening(void) {
  if (usb_is_open() == was_open) return;
  by_usb = was_open = !was_open;
  if (!was_open) return;
  usb_write(first_log.bytes, first_log.length);
  first_log.length = 0;
  first_log.is_over = true;
}

bool port_serial_pending(void) {
  return serial_pending() || usb_pending() || usb_is_open() != was_open;
}

size_t port_serial_read(uint8_t *bytes, size_t capacity) {
  note_opening();
  size_t count = by_usb ? usb_read(bytes, capacity) : serial_read(bytes, capacity);
  if (count == 0) {
    count = by_usb ? serial_read(bytes, capacity) : usb_read(bytes, capacity);
    if (count > 0) by_usb = !by_usb;
  }
  if (count > 0) first_log.is_over = true;
  return count;
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  if (!first_log.is_over && length <= sizeof first_log.bytes - first_log.length) {
    memcpy(first_log.bytes + first_log.length, bytes, length);
    first_log.length += length;
  }
  if (by_usb)
    usb_write(bytes, length);
  else
    pl011_send(UART0, bytes, length);
}

_Noreturn void port_reset(void) {
  *hardware(PSM + 0x08) = 0x1fffc;        /* the watchdog resets all except the oscillators */
  *hardware(WATCHDOG + 0x2000) = 1u << 31; /* this alias sets bits: trigger */
  for (;;) {
  }
}
