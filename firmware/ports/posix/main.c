/* The firmware as a process: `bd-edge-board --serial /dev/serial0 --flash board.flash`. */
#include "firmware.h"
#include "options.h"
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options options = {.listen = "127.0.0.1:0", .baud = 115200, .clock_rate = 1};

static void usage(void) {
  fputs(
      "Usage: bd-edge-board [--listen HOST:PORT | --serial DEVICE | --pty] [options]\n"
      "  --listen HOST:PORT      listen on a TCP address; port 0 picks a free port (default: 127.0.0.1:0)\n"
      "  --serial DEVICE         use a serial port of this machine, such as /dev/serial0\n"
      "  --baud RATE             bits per second of the serial port (default: 115200)\n"
      "  --pty                   create a pseudo-terminal\n"
      "  --flash FILE            file that keeps the flash (default: flash is lost at the end)\n"
      "Fault injection:\n"
      "  --clock-rate N          run the clock N times as fast\n"
      "  --overrun-after BYTES   lose bytes after each BYTES received bytes\n"
      "  --power-loss BYTES      end after BYTES erased or written bytes of flash\n",
      stderr);
  exit(2);
}

static uint64_t number(const char *text) {
  char *end;
  const uint64_t value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0') usage();
  return value;
}

static void parse(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    const char *name = arguments[i];
    if (strcmp(name, "--pty") == 0) {
      options.listen = options.serial = NULL;
      continue;
    }
    if (++i == count) usage();
    if (strcmp(name, "--listen") == 0) {
      options.listen = arguments[i];
    } else if (strcmp(name, "--serial") == 0) {
      options.listen = NULL;
      options.serial = arguments[i];
    } else if (strcmp(name, "--baud") == 0) {
      options.baud = (uint32_t)number(arguments[i]);
    } else if (strcmp(name, "--flash") == 0) {
      options.flash = arguments[i];
    } else if (strcmp(name, "--clock-rate") == 0) {
      options.clock_rate = (uint32_t)number(arguments[i]);
    } else if (strcmp(name, "--overrun-after") == 0) {
      options.overrun_after = (uint32_t)number(arguments[i]);
    } else if (strcmp(name, "--power-loss") == 0) {
      options.power_loss = number(arguments[i]);
    } else {
      usage();
    }
  }
}

int main(int count, char **arguments) {
  parse(count, arguments);
  port_init();
  firmware_start();
  for (;;) {
    if (!firmware_work()) port_idle();
  }
}
