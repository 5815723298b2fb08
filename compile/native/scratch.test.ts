/** The scratch memory that is planned, compared with what the kernels do with it. */
import { readFileSync } from 'node:fs';
import { parseModel, usefulScratchBytes } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import { expect, test } from 'vitest';
import { C11, CFolder, numbersIn, requireCompiler } from '../testing/c-compiler.js';
import { toC } from './to-c.js';

const folder = new CFolder();
const POINTER_BYTES = 8;

/** Prints for each op: its opcode, whether its memory is enough for the fastest kernel, and whether less is; 8 bytes are for
 * alignment. */
const program = (name: string, source: string, useful: number[]) => `#include <stdio.h>
#include <stdlib.h>
#include "${name}.c"

static const uint32_t useful[] = {${useful.join(', ')}};

static int is_fast(struct layer *layer) {
  switch (layer->op.opcode) {${
    source.includes('binary_convolution_row')
      ? `
  case ${layout.OPCODE_BINARY_CONVOLUTION}: {
    /* Lists of whole rows, and room for parameters and sums of weights. */
    struct binary_job job;
    binary_job_open(&job, layer);
    return job.ring_rows > 0 && job.totals != NULL && (job.parameters != NULL || layer->op.output_type == ${layout.TYPE_INT32});
  }`
      : ''
  }${
    source.includes('int8_convolution_row')
      ? `
  case ${layout.OPCODE_INT8_CONVOLUTION}:
    return layer->convolution_width < 2 || int8_winograd_can(layer) || int8_quads_can(layer);`
      : ''
  }${
    source.includes('sum_pool_row')
      ? `
  case ${layout.OPCODE_SUM_POOL}: return layer->op.output_type != ${layout.TYPE_BITS} || stream_thresholds_can(layer);`
      : ''
  }
  default: return 1;
  }
}

static int has_enough(struct ${name} *run, uint32_t bytes) {
  struct layer layer;
  open_layer(&constants, run, &layer);
  layer.scratch = malloc(bytes);
  layer.scratch_bytes = bytes;
  const int fast = is_fast(&layer);
  free(layer.scratch);
  return fast;
}

int main(void) {
  struct ${name} run;
  ${name}_init(&run, malloc(${name.toUpperCase()}_ARENA_BYTES));
  for (; run.op < constants.op_count; run.op++) {
    const uint32_t bytes = useful[run.op];
    printf("%d %d %d ", ops[run.op].opcode, has_enough(&run, bytes), bytes < 12 ? 0 : has_enough(&run, bytes - 12));
  }
  free(run.arena);
  return 0;
}
`;

test.for(['mnist-8k', 'cifar10-98k'])(
  'the ops of %s have the scratch memory of the fastest kernels',
  {
    timeout: 120_000,
  },
  (name, context) => {
    requireCompiler(context);
    const bytes = readFileSync(new URL(`../../models/${name}/model.bdm`, import.meta.url));
    const model = parseModel(bytes);
    const code = toC(bytes, { name: 'network' });
    folder.writeCode('network', code);
    const useful = model.ops.map((_, index) => usefulScratchBytes(model, index, POINTER_BYTES));
    folder.write('main.c', program('network', code.source, useful));
    const main = folder.compile('cc', [...C11, '-Wno-unused-function'], 'main.c');
    const found = numbersIn(folder.run([main]));
    model.ops.forEach(({ kind }, index) => {
      const [opcode, enough, withLess] = found.slice(3 * index);
      expect({ index, kind, enough }).toEqual({ index, kind, enough: 1 });
      if (opcode === layout.OPCODE_BINARY_CONVOLUTION)
        expect({ index, withLess }).toEqual({ index, withLess: 0 });
    });
  },
);
