#include "memory-port.h"

#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERIAL_BYTES = 8192, ERASED = 0xff };

uint8_t test_flash[TEST_FLASH];
uint64_t test_flash_work;
uint64_t test_power_until = UINT64_MAX;
jmp_buf test_power_lost;
bool test_overrun;

static _Alignas(16) uint8_t arena[TEST_RAM];
static uint8_t *stack_top;
static uint8_t to_board[SERIAL_BYTES];
static size_t to_board_start;
static size_t to_board_end;
static uint8_t from_board[65536];
static size_t from_board_length;
static uint32_t random_state = 1;

const struct port_board port_board = {
    .id = "memory",
    .ticks_per_second = 1000,
    .ram_bytes = sizeof arena,
    .arena = arena,
    .arena_bytes = sizeof arena,
    .flash = test_flash,
    .flash_bytes = sizeof test_flash,
    .flash_erase_bytes = TEST_ERASE,
    .flash_block_bytes = TEST_BLOCK,
    .flash_write_bytes = TEST_WRITE,
    .serial_bytes = SERIAL_BYTES,
};

void test_fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  abort();
}

void test_seed(uint32_t seed) { random_state = seed | 1; }

/* xorshift32, by G. Marsaglia. */
uint32_t test_random(uint32_t limit) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

void port_init(void) {
  stack_top = __builtin_frame_address(0);
}

bool test_send(const uint8_t *bytes, size_t length) {
  if (to_board_start == to_board_end) to_board_start = to_board_end = 0;
  if (length > sizeof to_board - to_board_end) return false;
  memcpy(to_board + to_board_end, bytes, length);
  to_board_end += length;
  return true;
}

const uint8_t *test_received(size_t *length) {
  *length = from_board_length;
  from_board_length = 0;
  return from_board;
}

size_t port_serial_read(uint8_t *bytes, size_t capacity) {
  const size_t there = to_board_end - to_board_start;
  const size_t length = there < capacity ? there : capacity;
  memcpy(bytes, to_board + to_board_start, length);
  to_board_start += length;
  return length;
}

bool port_serial_overrun(void) {
  const bool lost = test_overrun;
  test_overrun = false;
  return lost;
}

void port_serial_write(const uint8_t *bytes, size_t length) {
  if (length > sizeof from_board - from_board_length) test_fail("The board sends more than requested.");
  memcpy(from_board + from_board_length, bytes, length);
  from_board_length += length;
}

/* Advances at each read. */
uint32_t port_ticks(void) {
  static uint32_t ticks;
  return ticks++;
}

void port_idle(void) {}

static bool power_goes(size_t length) {
  if (test_power_until - test_flash_work >= length) {
    test_flash_work += length;
    return false;
  }
  return true;
}

/* The bytes before the power loss are done; the rest of the unit has any state between before and after. */
static _Noreturn void lose_power(size_t offset, const uint8_t *target, size_t length, bool erases) {
  const size_t done = (size_t)(test_power_until - test_flash_work);
  for (size_t i = 0; i < length; i++) {
    uint8_t *byte = &test_flash[offset + i];
    const uint8_t some = (uint8_t)test_random(256);
    if (i < done) {
      *byte = target[i];
    } else if (erases) {
      *byte |= test_random(2) ? some : 0;
    } else if (i == done) {
      *byte = (uint8_t)(target[i] | some);
    }
  }
  test_flash_work = test_power_until;
  longjmp(test_power_lost, 1);
}

bool port_flash_erase(size_t offset, size_t length) {
  static uint8_t erased[TEST_BLOCK];
  const bool sound = (length == TEST_ERASE || length == TEST_BLOCK) && offset % length == 0;
  if (!sound || offset + length > sizeof test_flash) test_fail("The erase is not a unit or block.");
  memset(erased, ERASED, sizeof erased);
  if (power_goes(length)) lose_power(offset, erased, length, true);
  memset(test_flash + offset, ERASED, length);
  return true;
}

bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  if (offset % TEST_WRITE != 0 || length % TEST_WRITE != 0 || offset + length > sizeof test_flash) {
    test_fail("The write is not a whole unit.");
  }
  for (size_t i = 0; i < length; i++) {
    if (test_flash[offset + i] != ERASED) test_fail("Flash is written but not erased.");
  }
  if (power_goes(length)) lose_power(offset, bytes, length, false);
  memcpy(test_flash + offset, bytes, length);
  return true;
}

_Noreturn void port_reset(void) { exit(1); }

void port_stack(uint8_t **lowest, uint8_t **top) {
  *lowest = stack_top - 262144;
  *top = stack_top;
}
