/* Prints what the kernel of an op has scratch memory for. It reads a struct engine_layer, the bytes of scratch memory,
 * and the parameters. */
#include "binary-job.h"
#include "int8-quads.h"
#include "int8-winograd.h"
#include "may-continue.h"
#include "stream-thresholds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool kernel_may_continue(void) { return true; }

static void *receive(size_t bytes) {
  void *part = malloc(bytes);
  if (part == NULL || fread(part, 1, bytes, stdin) != bytes) exit(2);
  return part;
}

static void print_binary(struct layer *layer) {
  struct binary_job job;
  /* Parameters that cannot be sliced do not matter here. */
  layer->state[BINARY_PREPARED] = WITH_PARAMETERS;
  binary_job_open(&job, layer);
  const bool window = job.ring_rows != 0 || job.capacity >= layer->taps * layer->op.input_channels;
  printf("%d %d %d %d", job.parameters != NULL, job.ring_rows != 0, job.all != NULL, window);
}

int main(void) {
  struct layer layer;
  struct engine_layer *op = receive(sizeof *op);
  uint32_t *scratch_bytes = receive(sizeof *scratch_bytes);
  if (!layer_open(&layer, op) || *scratch_bytes < layer_scratch_bytes(&layer)) return 3;
  void *parameters = receive(layer_parameter_words(&layer) * WORD_BYTES);
  layer.parameters = parameters;
  layer.scratch = malloc(*scratch_bytes);
  layer.scratch_bytes = *scratch_bytes;
  switch (op->opcode) {
    case ENGINE_OPCODE_BINARY_CONVOLUTION: print_binary(&layer); break;
    case ENGINE_OPCODE_INT8_CONVOLUTION:
      printf("%s", int8_winograd_can(&layer) ? "winograd" : int8_quads_can(&layer) ? "fours" : "pixels");
      break;
    case ENGINE_OPCODE_SUM_POOL: printf("%d", stream_thresholds_can(&layer)); break;
    default: break;
  }
  void *parts[] = {op, scratch_bytes, parameters, layer.scratch};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
  return 0;
}
