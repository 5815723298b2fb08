/* Where a board without an operating system starts, once its memory is set up. */
#include "firmware.h"
#include "port.h"

int main(void) {
  port_init();
  firmware_start();
  for (;;) {
    if (!firmware_work()) port_idle();
  }
}
