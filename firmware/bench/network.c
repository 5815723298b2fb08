/* `npm run bench:boards`: a whole network in C, as `bd-edge compile model.bdm -o network.c` writes it. A byte is answered with the ticks of a
 * run on an image of bytes like it, as text; a line. */
#include "answer.h"
#include "network.h"
#include "port.h"

int main(void) {
  port_init();
  for (;;) {
    const uint8_t byte = read_byte();
    uint32_t ticks = 0;
    /* The second run: the first fills what caches there are. */
    for (int time = 0; time < 2; time++) {
      uint8_t *image = network_input();
      for (uint32_t i = 0; i < NETWORK_INPUT_BYTES; i++) image[i] = byte;
      const uint32_t start = port_ticks();
      network_run();
      ticks = port_ticks() - start;
    }
    print_number(ticks);
    for (uint32_t i = 0; i < NETWORK_LOGITS; i++) print_number((uint32_t)network_logits()[i]);
  }
}
