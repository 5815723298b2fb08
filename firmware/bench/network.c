/* `npm run bench:boards`: a whole network in C, as `bd-edge compile model.bdm -o network.c` writes it. The
 * reply to a byte is the ticks of a run on an image of such bytes, as a line of text. */
#include "answer.h"
#include "network.h"
#include "port.h"

int main(void) {
  port_init();
  for (;;) {
    const uint8_t byte = read_byte();
    uint32_t ticks = 0;
    /* Measures the second run: the first one fills the caches. */
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
