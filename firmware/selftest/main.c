/* Tests a port without the core: `npm run firmware -- BOARD --self-test`. It prints its results at the start,
 * then replies to each received letter: f flash, t ticks, o whether bytes were lost, r reset; other bytes are
 * echoed. */
#include <string.h>
#include "port.h"

static void print(const char *text) {
  port_serial_write((const uint8_t *)text, strlen(text));
}

static void print_number(uint32_t number) {
  char digits[11];
  char *at = digits + sizeof digits;
  *--at = 0;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  print(at);
}

static void print_line(const char *name, uint32_t number) {
  print(name);
  print(" ");
  print_number(number);
  print("\r\n");
}

/* Erases, writes and reads back the last unit of the store, twice with different patterns. */
static const char *try_flash(void) {
  static uint8_t unit[1024];
  const size_t bytes = port_board.flash_write_bytes;
  if (bytes > sizeof unit) return "flash: the write unit is too large for this test\r\n";
  const size_t offset = port_board.flash_bytes - port_board.flash_erase_bytes;
  for (uint32_t round = 0; round < 2; round++) {
    if (!port_flash_erase(offset, port_board.flash_erase_bytes)) return "flash: erase failed\r\n";
    for (size_t i = 0; i < port_board.flash_erase_bytes; i++)
      if (port_board.flash[offset + i] != 0xff) return "flash: erased bytes are not 0xff\r\n";
    for (size_t at = 0; at < port_board.flash_erase_bytes; at += bytes) {
      for (size_t i = 0; i < bytes; i++) unit[i] = (uint8_t)((at + i) * 7 + round);
      if (!port_flash_write(offset + at, unit, bytes)) return "flash: write failed\r\n";
    }
    for (size_t i = 0; i < port_board.flash_erase_bytes; i++)
      if (port_board.flash[offset + i] != (uint8_t)(i * 7 + round)) return "flash: reads different bytes\r\n";
  }
  return "flash: ok\r\n";
}

/* Returns the ticks of a loop: twice the rounds should take twice the ticks. */
static uint32_t loop_ticks(uint32_t rounds) {
  const uint32_t start = port_ticks();
  for (volatile uint32_t i = 0; i < rounds; i++) {
  }
  return port_ticks() - start;
}

int main(void) {
  port_init();
  uint8_t *lowest, *top;
  port_stack(&lowest, &top);
  print("self-test of ");
  print(port_board.id);
  print("\r\n");
  print_line("arena", (uint32_t)port_board.arena_bytes);
  print_line("stack", (uint32_t)(top - lowest));
  for (;;) {
    uint8_t bytes[64];
    const size_t count = port_serial_read(bytes, sizeof bytes);
    if (count == 0) port_idle();
    for (size_t i = 0; i < count; i++) {
      if (bytes[i] == 'f')
        print(try_flash());
      else if (bytes[i] == 't') {
        print_line("ticks", loop_ticks(100000));
        print_line("ticks", loop_ticks(200000));
      } else if (bytes[i] == 'o')
        print(port_serial_overrun() ? "bytes were lost\r\n" : "no bytes were lost\r\n");
      else if (bytes[i] == 'r')
        port_reset();
      else
        port_serial_write(bytes + i, 1);
    }
  }
}
