/* Arm's MPS2 board with the FPGA image AN500: a Cortex-M7 at 25 MHz, 4 MB of RAM; also QEMU's machine
 * mps2-an500. The link is UART0.
 *
 * Programs cannot write to the board's flash, so the store is in the 16 MB of PSRAM, which survive a reset
 * but not a power loss. QEMU can keep PSRAM in a file. */
#include "port.h"
#include <string.h>
#include "board.h"
#include "serial.h"
#include "start.h"
#include "systick.h"

#define CLOCK_HZ 25000000

/* Arm's "CMSDK" UART: one byte of buffer in each direction. */
enum { UART0 = 0x40004000, DATA = 0x00, STATE = 0x04, CONTROL = 0x08, INTERRUPT_CLEAR = 0x0c, DIVISOR = 0x10 };
enum { TRANSMIT_FULL = 1 << 0, RECEIVE_FULL = 1 << 1, RECEIVE_OVERRUN = 1 << 3 };

static uint8_t *const store = (uint8_t *)0x60000000;
enum { STORE_BYTES = 2 << 20, ERASE_BYTES = 4096, WRITE_BYTES = 16 };

const struct port_board port_board = {
    .id = "mps2-an500",
    .ticks_per_second = CLOCK_HZ,
    .ram_bytes = 4 << 20,
    .serial_bytes = SERIAL_BUFFER_BYTES,
    .arena = linker_arena_start,
    .arena_bytes = (size_t)linker_arena_bytes,
    .flash = (const uint8_t *)0x60000000,
    .flash_bytes = STORE_BYTES,
    .flash_erase_bytes = ERASE_BYTES,
    .flash_block_bytes = ERASE_BYTES,
    .flash_write_bytes = WRITE_BYTES,
};

void port_init(void) {
  systick_start();
  *hardware(UART0 + DIVISOR) = CLOCK_HZ / BOARD_BAUD;
  *hardware(UART0 + CONTROL) = 1 << 3 | 1 << 1 | 1 << 0; /* receive interrupt, receive, transmit */
  interrupt_enable(UART0_RECEIVE_INTERRUPT);
}

void uart0_receive_handler(void) {
  *hardware(UART0 + INTERRUPT_CLEAR) = 1 << 1;
  while (*hardware(UART0 + STATE) & RECEIVE_FULL) serial_received((uint8_t)*hardware(UART0 + DATA));
  if (*hardware(UART0 + STATE) & RECEIVE_OVERRUN) {
    *hardware(UART0 + STATE) = RECEIVE_OVERRUN;
    serial_lost();
  }
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    while (*hardware(UART0 + STATE) & TRANSMIT_FULL) {
    }
    *hardware(UART0 + DATA) = bytes[i];
  }
}

/* Like flash: erasing sets bits, writing clears them. */
bool port_flash_erase(size_t offset, size_t length) {
  memset(store + offset, 0xff, length);
  return true;
}

bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) store[offset + i] &= bytes[i];
  return memcmp(store + offset, bytes, length) == 0;
}

_Noreturn void port_reset(void) {
  system_reset();
}
