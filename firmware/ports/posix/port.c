#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "port.h"

#include "transport.h"
#include "options.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/** Bytes for interpreter, engine and model. Default: 256 KB besides the interpreter's own memory. */
#ifndef POSIX_RAM
#define POSIX_RAM 327680
#endif

/** Bytes of flash. */
#ifndef POSIX_FLASH
#define POSIX_FLASH 4194304
#endif

enum {
  TICKS_PER_SECOND = 1000000,
  ERASE_BYTES = 4096,
  BLOCK_BYTES = 65536,
  WRITE_BYTES = 256,
  SERIAL_BYTES = 8192,
  STACK_BYTES = 262144,
  LOST_AT_ONCE = 20,
  POWER_LOST = 77,
};

static _Alignas(16) uint8_t arena[POSIX_RAM];
/* Replaced by a file if there is one. */
static _Alignas(65536) uint8_t flash[POSIX_FLASH];
static uint8_t *stack_top;
static uint64_t flash_work;
static uint32_t until_overrun;
static bool overrun;

const struct port_board port_board = {
    .id = "posix",
    .ticks_per_second = TICKS_PER_SECOND,
    .ram_bytes = sizeof arena,
    .arena = arena,
    .arena_bytes = sizeof arena,
    .flash = flash,
    .flash_bytes = sizeof flash,
    .flash_erase_bytes = ERASE_BYTES,
    .flash_block_bytes = BLOCK_BYTES,
    .flash_write_bytes = WRITE_BYTES,
    .serial_bytes = SERIAL_BYTES,
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void open_flash(void) {
  memset(flash, 0xff, sizeof flash);
  if (options.flash == NULL) return;
  const int file = open(options.flash, O_RDWR | O_CREAT, 0666);
  struct stat status;
  if (file < 0 || fstat(file, &status) < 0) fail(options.flash);
  /* A new or short file is extended with erased bytes. */
  if (lseek(file, 0, SEEK_END) < 0) fail(options.flash);
  for (off_t at = status.st_size; at < (off_t)sizeof flash;) {
    const ssize_t written = write(file, flash + at, sizeof flash - (size_t)at);
    if (written <= 0) fail(options.flash);
    at += written;
  }
  if (mmap(flash, sizeof flash, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED) {
    fail(options.flash);
  }
  close(file);
}

void port_init(void) {
  uint8_t here;
  stack_top = &here;
  until_overrun = options.overrun_after;
  open_flash();
  transport_open();
}

/* Removes the bytes that the overrun loses. */
static size_t lose_some(uint8_t *bytes, size_t length) {
  if (options.overrun_after == 0 || length == 0) return length;
  if (length < until_overrun) {
    until_overrun -= (uint32_t)length;
    return length;
  }
  const size_t kept = until_overrun > 0 ? until_overrun - 1 : 0;
  const size_t lost = length - kept < LOST_AT_ONCE ? length - kept : LOST_AT_ONCE;
  memmove(bytes + kept, bytes + kept + lost, length - kept - lost);
  until_overrun = options.overrun_after;
  overrun = true;
  return length - lost;
}

size_t port_serial_read(uint8_t *bytes, size_t capacity) {
  return lose_some(bytes, transport_read(bytes, capacity));
}

bool port_serial_overrun(void) {
  const bool lost = overrun;
  overrun = false;
  return lost;
}

void port_serial_write(const uint8_t *bytes, size_t length) { transport_write(bytes, length); }

uint32_t port_ticks(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const uint64_t microseconds = (uint64_t)now.tv_sec * TICKS_PER_SECOND + (uint64_t)now.tv_nsec / 1000;
  return (uint32_t)(microseconds * options.clock_rate);
}

void port_idle(void) { transport_wait(); }

/* Called for each byte that changes. */
static void wear(void) {
  if (options.power_loss != 0 && flash_work++ == options.power_loss) _exit(POWER_LOST);
}

bool port_flash_erase(size_t offset, size_t length) {
  for (size_t i = 0; i < length; i++) {
    wear();
    flash[offset + i] = 0xff;
  }
  return true;
}

bool port_flash_write(size_t offset, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (flash[offset + i] != 0xff) {
      fprintf(stderr, "Flash at %zu is written but not erased.\n", offset + i);
      abort();
    }
  }
  for (size_t i = 0; i < length; i++) {
    wear();
    flash[offset + i] = bytes[i];
  }
  return true;
}

_Noreturn void port_reset(void) { exit(0); }

void port_stack(uint8_t **lowest, uint8_t **top) {
  *lowest = stack_top - STACK_BYTES;
  *top = stack_top;
}
