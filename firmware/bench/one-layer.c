/* Runs one op on the kernels. It receives a struct engine_layer, whose addresses are offsets of the arena, the
 * bytes of scratch memory, the number of the following bytes, and these, which are copied to the start of the
 * arena. It replies to every BLOCK bytes with a dot, and in the end with the ticks, the CRC-32 of the output and the bytes
 * of stack that the kernel used, as lines of text. */
#include "answer.h"
#include "crc32.h"
#include "layer-row.h"
#include "may-continue.h"
#include "port.h"
#include "stack.h"

enum { BLOCK = 128 };

bool kernel_may_continue(void) { return true; }

static void receive(uint8_t *to, size_t bytes) {
  static uint32_t received;
  while (bytes > 0) {
    const size_t room = BLOCK - received % BLOCK;
    const size_t count = port_serial_read(to, bytes < room ? bytes : room);
    if (count == 0) port_idle();
    to += count;
    bytes -= count;
    received += count;
    if (count > 0 && received % BLOCK == 0) port_serial_write((const uint8_t *)".", 1);
  }
}

static uint8_t *at(uint32_t offset) { return port_board.arena + offset; }

int main(void) {
  port_init();
  for (;;) {
    struct engine_layer op;
    uint32_t sizes[2];
    struct layer layer;
    receive((uint8_t *)&op, sizeof op);
    receive((uint8_t *)sizes, sizeof sizes);
    receive(at(0), sizes[1]);
    if (!layer_open(&layer, &op)) {
      for (int i = 0; i < 3; i++) print_number(0);
      continue;
    }
    layer.image = at(op.input);
    layer.weights = at(op.weights);
    layer.parameters = (const uint32_t *)at(op.parameters);
    layer.addend = op.addend_channels == 0 ? NULL : (const int16_t *)at(op.addend);
    layer.output = at(op.output);
    layer.scratch = at(op.scratch);
    layer.scratch_bytes = sizes[0];
    stack_paint();
    const size_t depth = stack_depth();
    const uint32_t start = port_ticks();
    for (uint32_t y = 0; y < op.output_height; y++) layer_row(&layer, y);
    print_number(port_ticks() - start);
    print_number(crc32(0, layer.output, (size_t)op.output_height * op.output_width * layer.output_bytes));
    print_number((uint32_t)(stack_high_water() - depth));
  }
}
