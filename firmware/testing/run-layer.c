/* Runs one op on the kernels. It reads a struct engine_layer, the bytes of scratch memory, then input, weights, parameters
 * and addend, and writes the output. Each part has its own memory, of exactly its size, for AddressSanitizer. */
#include "layer-row.h"
#include "may-continue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool kernel_may_continue(void) { return true; }

static void *receive(size_t bytes) {
  void *part = malloc(bytes);
  if (part == NULL || fread(part, 1, bytes, stdin) != bytes) exit(2);
  return part;
}

int main(void) {
  struct layer layer;
  struct engine_layer *op = receive(sizeof *op);
  uint32_t *scratch_bytes = receive(sizeof *scratch_bytes);
  if (!layer_open(&layer, op) || *scratch_bytes < layer_scratch_bytes(&layer)) return 3;
  const size_t outputs = (size_t)op->output_height * op->output_width;
  const size_t output_bytes = outputs * layer.output_bytes;
  void *image = receive((size_t)op->input_height * op->input_width * layer.pixel_bytes);
  void *weights = receive(layer_weight_bytes(&layer));
  void *parameters = receive(layer_parameter_words(&layer) * WORD_BYTES);
  void *addend = receive(outputs * op->addend_channels * sizeof *layer.addend);
  layer.image = image;
  layer.weights = weights;
  layer.parameters = parameters;
  layer.addend = op->addend_channels == 0 ? NULL : addend;
  layer.output = malloc(output_bytes);
  layer.scratch = malloc(*scratch_bytes);
  layer.scratch_bytes = *scratch_bytes;
  memset(layer.output, 0x5a, output_bytes);
  memset(layer.scratch, 0x5a, *scratch_bytes);
  for (uint32_t y = 0; y < op->output_height; y++) layer_row(&layer, y);
  fwrite(layer.output, 1, output_bytes, stdout);
  void *parts[] = {op, scratch_bytes, image, weights, parameters, addend, layer.output, layer.scratch};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
  return 0;
}
