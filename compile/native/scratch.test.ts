/** The scratch memory that is planned, compared with what the kernels do with it. */
import { encodeModel, parseModel } from '@bd-edge/sdk/internal';
import { OPCODE_BINARY_CONVOLUTION, TYPE_INT32 } from '@bd-edge/sdk/internal/layout';
import { expect, test } from 'vitest';
import { random, randomGraph } from '../../sdk/testing/random-graph.js';
import { C11, CFolder, numbersIn, requireCompiler } from '../testing/c-compiler.js';
import { usefulScratchBytes } from './scratch.js';
import { toC } from './to-c.js';

const folder = new CFolder();
const POINTER_BYTES = 8;

/** Prints for each binary convolution whether all memory is used, and whether a word less would be too little. */
const program = (name: string, useful: number[]) => `#include <stdio.h>
#include <stdlib.h>
#include "${name}.c"

static const uint32_t useful[] = {${useful.join(', ')}};

/* Returns whether the kernel lists whole rows and has room for its parameters. */
static int is_fast(struct ${name} *run, uint32_t bytes) {
  struct layer layer;
  open_layer(&constants, run, &layer);
  layer.scratch = malloc(bytes);
  layer.scratch_bytes = bytes;
  struct job job = {.layer = &layer};
  open_job(&job);
  const int fast = job.ring_rows > 0 && (job.parameters != NULL || layer.op.output_type == ${TYPE_INT32});
  free(layer.scratch);
  return fast;
}

int main(void) {
  struct ${name} run;
  ${name}_init(&run, malloc(${name.toUpperCase()}_ARENA_BYTES));
  for (; run.op < constants.op_count; run.op++) {
    if (ops[run.op].opcode != ${OPCODE_BINARY_CONVOLUTION}) continue;
    printf("%d %d ", is_fast(&run, useful[run.op]), is_fast(&run, useful[run.op] - 4));
  }
  free(run.arena);
  return 0;
}
`;

test('binary convolutions have all the scratch memory that they can use, and no more', {
  timeout: 240_000,
}, (context) => {
  requireCompiler(context);
  const found: number[] = [];
  for (let seed = 0; seed < 8; seed++) {
    const bytes = encodeModel(randomGraph(random(seed), 5));
    const model = parseModel(bytes);
    if (!model.ops.some(({ kind }) => kind === 'binary-convolution')) continue;
    const name = `network_${seed}`;
    folder.writeCode(name, toC(bytes, { name }));
    const useful = model.ops.map((_, index) => usefulScratchBytes(model, index, POINTER_BYTES));
    folder.write('main.c', program(name, useful));
    found.push(...numbersIn(folder.run([folder.compile('cc', [...C11, '-Wno-unused-function'], 'main.c')])));
  }
  const enough = found.filter((_, i) => i % 2 === 0);
  const tooLittle = found.filter((_, i) => i % 2 === 1);
  expect(new Set(enough)).toEqual(new Set([1]));
  // The memory that every kernel gets is often more.
  expect(tooLittle.filter((fast) => fast === 0).length).toBeGreaterThan(5);
});
