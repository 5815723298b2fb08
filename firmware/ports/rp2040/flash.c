/* The flash chip, with the functions of the RP2040's ROM. Flash is not readable as memory while they work, so
 * their callers and the interrupt handlers are in RAM: erasing 4 KB takes 45 ms, during which 500 bytes
 * arrive at 115200 baud, and erasing 64 KB takes 150 ms. */
#include "flash.h"
#include <string.h>
#include "board.h"
#include "port.h"
#include "start.h"

/* The flash interface, and the control of its select line. */
enum { INTERFACE = 0x18000000, SELECT = 0x4001800c };

typedef void (*rom_function)(void);
typedef void (*rom_erase)(uint32_t offset, size_t bytes, uint32_t block_bytes, uint8_t block_command);
typedef void (*rom_program)(uint32_t offset, const uint8_t *bytes, size_t length);

static struct {
  rom_function connect, exit_xip, flush_cache;
  rom_erase erase;
  rom_program program;
  /* The second stage of the boot, which makes flash readable again. */
  uint32_t boot2[64];
} rom;

/* The ROM has a table of its functions by two letters, and a function for lookups; 16-bit pointers lead to
 * both. */
static void *rom_find(char first, char second) {
  typedef void *(*lookup)(const uint16_t *table, uint32_t code);
  const uint32_t table = *hardware(0x14) & 0xffff, find = *hardware(0x18) & 0xffff;
  return ((lookup)find)((const uint16_t *)table, (uint32_t)(first | second << 8));
}

void flash_start(void) {
  rom.connect = (rom_function)rom_find('I', 'F');
  rom.exit_xip = (rom_function)rom_find('E', 'X');
  rom.erase = (rom_erase)rom_find('R', 'E');
  rom.program = (rom_program)rom_find('R', 'P');
  rom.flush_cache = (rom_function)rom_find('F', 'C');
  memcpy(rom.boot2, (const void *)FLASH_BASE, sizeof rom.boot2);
}

/* Ends the work of ROM functions: flash is readable again. */
RESIDENT static void make_readable(void) {
  rom.flush_cache();
  ((rom_function)((uintptr_t)rom.boot2 | 1))();
}

/* `bytes` must be in RAM; if it is NULL, `length` bytes are erased. */
RESIDENT static void change(uint32_t offset, const uint8_t *bytes, size_t length) {
  interrupt_disable(USB_INTERRUPT); /* its handler is in flash */
  rom.connect();
  rom.exit_xip();
  if (bytes)
    rom.program(offset, bytes, length);
  else
    rom.erase(offset, length, FLASH_BLOCK_BYTES, 0xd8); /* the chip's command for whole blocks */
  make_readable();
  interrupt_enable(USB_INTERRUPT);
}

/* The chip's command 4Bh is followed by four bytes without a meaning, then by the number. The interface is driven
 * directly; the ROM releases the chip's select line with the cache. */
RESIDENT void flash_read_id(uint8_t id[8]) {
  enum { DUMMY = 1 + 4, ID = 8 };
  rom.connect();
  rom.exit_xip();
  *hardware(SELECT) = 2 << 8; /* low */
  for (uint32_t i = 0; i < DUMMY + ID; i++) {
    *hardware(INTERFACE + 0x60) = i == 0 ? 0x4b : 0;
    while (!(*hardware(INTERFACE + 0x28) & 1 << 3)) { /* nothing received yet */
    }
    const uint8_t byte = (uint8_t)*hardware(INTERFACE + 0x60);
    if (i >= DUMMY) id[i - DUMMY] = byte;
  }
  *hardware(SELECT) = 3 << 8; /* high */
  make_readable();
}

bool port_flash_erase(size_t offset, size_t length) {
  change(FLASH_STORE + offset, 0, length);
  const uint32_t *const words = (const uint32_t *)(port_board.flash + offset);
  for (size_t i = 0; i < length / 4; i++)
    if (words[i] != UINT32_MAX) return false;
  return true;
}

bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  /* The source may be in flash itself. */
  uint8_t page[FLASH_WRITE_BYTES];
  for (size_t at = 0; at < length; at += sizeof page) {
    memcpy(page, bytes + at, sizeof page);
    change(FLASH_STORE + offset + at, page, sizeof page);
  }
  return memcmp(port_board.flash + offset, bytes, length) == 0;
}
