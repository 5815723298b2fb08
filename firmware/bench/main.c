/* `npm run bench:boards` sends the three numbers of a struct layer as bytes, and receives the ticks of the
 * binary and of the int8 layer as text, one per line. */
#include <string.h>

#include "answer.h"
#include "layer-shape.h"
#include "port.h"

/* Measures the second run: the first one fills the caches. */
static uint32_t ticks_of(void (*run)(const struct layer_shape *shape, uint8_t *memory), const struct layer_shape *shape) {
  uint32_t start = 0;
  for (int i = 0; i < 2; i++) {
    start = port_ticks();
    run(shape, port_board.arena);
  }
  return port_ticks() - start;
}

int main(void) {
  port_init();
  for (;;) {
    struct layer_shape shape;
    shape.size = read_byte();
    shape.channels = read_byte();
    shape.filters = read_byte();
    if (layer_bytes(&shape) > port_board.arena_bytes) {
      port_serial_write((const uint8_t *)"too large\n", 10);
      continue;
    }
    uint32_t state = 1;
    for (size_t i = 0; i < port_board.arena_bytes; i++) {
      state = state * 1664525 + 1013904223;
      port_board.arena[i] = (uint8_t)(state >> 24);
    }
    print_number(ticks_of(run_binary, &shape));
    print_number(ticks_of(run_int8, &shape));
  }
}
