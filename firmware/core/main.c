/* The entry point of a board without an operating system, after its memory has been initialized. */
#include "firmware.h"
#include "port.h"

int main(void) {
  port_init();
  firmware_start();
  for (;;) {
    if (!firmware_work()) port_idle();
  }
}
