/* `npm run bench:boards`: a whole network in C, as `bd-edge compile model.bdm -o network.c` writes it. The
 * reply to an image is lines of text: the self-test's result, the ticks of a run, the bytes of stack that the
 * run used, and the logits. */
#include "network.h"
#include "answer.h"
#include "port.h"
#include "stack.h"

static struct network network;

/* Measures the second run: the first one fills the caches. */
static uint32_t ticks_of(const uint8_t *image) {
  uint32_t start = 0;
  for (int time = 0; time < 2; time++) {
    uint8_t *input = network_input(&network);
    for (uint32_t i = 0; i < NETWORK_INPUT_BYTES; i++) input[i] = image[i];
    start = port_ticks();
    network_run(&network);
  }
  return port_ticks() - start;
}

int main(void) {
  port_init();
  uint8_t *image = port_board.arena + NETWORK_ARENA_BYTES;
  const bool fits = NETWORK_ARENA_BYTES + NETWORK_INPUT_BYTES <= port_board.arena_bytes;
  network_init(&network, port_board.arena);
  for (;;) {
    for (uint32_t i = 0; i < NETWORK_INPUT_BYTES; i++) {
      const uint8_t byte = read_byte();
      if (fits) image[i] = byte;
    }
    if (!fits) {
      port_serial_write((const uint8_t *)"too large\n", 10);
      continue;
    }
    print_number(network_self_test(&network));
    stack_paint();
    const uint32_t ticks = ticks_of(image);
    print_number(ticks);
    print_number((uint32_t)(stack_high_water()));
    for (uint32_t i = 0; i < NETWORK_LOGITS; i++) print_number((uint32_t)network_logits(&network)[i]);
  }
}
