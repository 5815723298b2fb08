/** C code of networks, compiled by `cc` with sanitizers and compared with the reference. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { argmax, encodeModel, type Graph, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { C99, CFolder, CXX, numbersIn, requireCompiler, WARNINGS } from '../testing/c-compiler.js';
import kernelSources from './kernel-sources.generated.js';
import { toC } from './to-c.js';

const folder = new CFolder();

const graphOf = (seed: number): Graph =>
  seed % 2 === 0 ? kernelGraph(random(seed)) : randomGraph(random(seed), seed % 5);

/** The networks of one program: random ones, and some at the edges of the kernels. */
const SEEDS = Array.from({ length: 8 }, (_, seed) => seed);

/** Returns a program that runs each network on two images, in two runs at once, and tests itself. */
function program(names: string[]): string {
  const uses = names.map((name) => {
    const macros = name.toUpperCase();
    return `  {
    static uint32_t arenas[2][${macros}_ARENA_BYTES / 4];
    struct ${name} runs[2];
    for (int i = 0; i < 2; i++) {
      ${name}_init(&runs[i], arenas[i]);
      if (fread(${name}_input(&runs[i]), 1, ${macros}_INPUT_BYTES, stdin) != ${macros}_INPUT_BYTES) return 1;
    }
    /* The second run advances between the rows of the first. */
    bool ready[2] = {false, false};
    while (!ready[0] || !ready[1]) {
      for (int i = 0; i < 2; i++) {
        if (!ready[i]) ready[i] = ${name}_run_some(&runs[i], (uint32_t)i + 1);
      }
    }
    for (int i = 0; i < 2; i++) {
      printf("%u ", (unsigned)${name}_class_index(&runs[i]));
      for (int k = 0; k < ${macros}_LOGITS; k++) printf("%d ", (int)${name}_logits(&runs[i])[k]);
    }
    printf("%u ", (unsigned)${name}_self_test(&runs[0]));
    /* An unfinished run is discarded. */
    ${name}_run_some(&runs[0], 1);
    if (fread(${name}_input(&runs[0]), 1, ${macros}_INPUT_BYTES, stdin) != ${macros}_INPUT_BYTES) return 1;
    printf("%u\\n", (unsigned)${name}_run(&runs[0]));
  }
`;
  });
  return `#include <stdio.h>\n${names.map((name) => `#include "${name}.h"\n`).join('')}int main(void) {\n${uses.join('')}  return 0;\n}\n`;
}

test.for([
  ['C99', 'main.c'],
  ['C++', 'main.cpp'],
])(
  'networks in C have the reference logits, in one program of %s',
  { timeout: 240_000 },
  async ([, main], context) => {
    requireCompiler(context);
    const networks = (main === 'main.c' ? SEEDS : SEEDS.slice(0, 3)).map((seed) => {
      const graph = graphOf(seed);
      const bytes = encodeModel(graph);
      const name = `network_${seed}`;
      folder.writeCode(name, toC(bytes, { name }));
      return {
        name,
        model: parseModel(bytes),
        images: [1, 2].map((time) => randomImage(random(100 * seed + time), graph)),
      };
    });
    folder.write(main, program(networks.map(({ name }) => name)));
    const objects = networks.map(({ name }) => folder.compile('cc', C99, `${name}.c`));
    objects.push(main === 'main.c' ? folder.compile('cc', C99, main) : folder.compile('c++', CXX, main));
    const input = Buffer.concat(networks.flatMap(({ images }) => [...images, images[1]]));
    const said = numbersIn(folder.run(objects, input));
    const expected = networks.flatMap(({ model, images }) => {
      const logits = images.map((image) => referenceLogits(model, image));
      return [...logits.flatMap((values) => [argmax(values), ...values]), 0, argmax(logits[1])];
    });
    expect(said).toEqual(expected);
  },
);

test('a network has no names but its own, and no variables', async (context) => {
  requireCompiler(context);
  folder.writeCode('digits', toC(encodeModel(graphOf(2)), { name: 'digits' }));
  const symbols = spawnSync('nm', [folder.compile('cc', ['-std=c99', '-O2', '-fno-pie'], 'digits.c')], {
    encoding: 'utf8',
  }).stdout;
  const found = Array.from(symbols.matchAll(/ ([A-Z]) (\w+)$/gm), ([, type, symbol]) => `${type} ${symbol}`);
  const functions = ['init', 'input', 'run', 'run_some', 'logits', 'class_index', 'score', 'self_test'];
  expect(found.filter((symbol) => !/^U mem(cpy|set)$/.test(symbol)).sort()).toEqual(
    functions.map((name) => `T digits_${name}`).sort(),
  );
  expect(symbols).not.toMatch(/ [bBdDC] \w+$/m);
});

test.for(['layer', 'network', 'ops', 'class'])('a network can be called %s', (name, context) => {
  requireCompiler(context);
  folder.writeCode(name, toC(encodeModel(graphOf(3)), { name }));
  folder.compile('cc', ['-std=c99', ...WARNINGS, '-O1'], `${name}.c`);
});

test.for([
  ['cortex-m0plus', '-O0'],
  ['cortex-m0plus', '-Os'],
  ['cortex-m0plus', '-O2'],
  ['cortex-m4', '-Os'],
  ['cortex-m55', '-O3'],
])('networks compile for %s with %s', { timeout: 120_000 }, ([cpu, optimization], context) => {
  requireCompiler(context, 'arm-none-eabi-gcc');
  const headers = fileURLToPath(new URL('../../firmware/ports/cortex-m/include', import.meta.url));
  const bytes = readFileSync(new URL('../../models/cifar10-98k/model.bdm', import.meta.url));
  folder.writeCode('cifar', toC(bytes, { name: 'cifar' }));
  const target = [`-mcpu=${cpu}`, '-mthumb', optimization, '-ffreestanding', '-isystem', headers];
  folder.compile('arm-none-eabi-gcc', ['-std=c99', ...WARNINGS, ...target], 'cifar.c');
});

/** The compiler that `npm run firmware` installs where there is no other. */
const ZIG = fileURLToPath(new URL('../../build/zig/ziglang/zig', import.meta.url));

test.skipIf(!existsSync(ZIG))('networks compile for RISC-V without a warning', { timeout: 120_000 }, () => {
  const headers = fileURLToPath(new URL('../../firmware/ports/cortex-m/include', import.meta.url));
  folder.writeCode('riscv', toC(encodeModel(graphOf(3)), { name: 'riscv' }));
  const target = ['cc', '-target', 'riscv32-freestanding-none', '-O2', '-isystem', headers];
  folder.compile(ZIG, [...target, '-std=c99', ...WARNINGS], 'riscv.c');
});

test('kernels that a network does not need are left out', () => {
  const graphs = Array.from({ length: 40 }, (_, seed) => graphOf(seed));
  const codes = graphs.map((graph) => toC(encodeModel(graph), { name: 'x' }).source);
  const KERNELS = {
    'int8-convolution': 'int8_convolution_row(',
    'binary-convolution': 'binary_convolution_row(',
    'max-pool': 'max_pool_row(',
    'sum-pool': 'sum_pool_row(',
  };
  for (const [kind, name] of Object.entries(KERNELS)) {
    const has = codes.map((code) => code.includes(name));
    expect(has).toEqual(graphs.map(({ ops }) => ops.some((op) => op.kind === kind)));
    expect(new Set(has).size).toBe(2);
  }
});

test('the package has the sources of firmware/kernels', () => {
  const folder = new URL('../../firmware/kernels/', import.meta.url);
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  const sources = Object.fromEntries(
    names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  );
  // If they differ, run `node scripts/build-kernel-sources.mjs`.
  expect(kernelSources).toEqual(sources);
});

test('the same model gives the same code', () => {
  const bytes = encodeModel(graphOf(3));
  expect(toC(bytes, { name: 'x' })).toEqual(toC(bytes, { name: 'x' }));
});

test('class names are UTF-8 of any content', async (context) => {
  requireCompiler(context);
  const graph = graphOf(1);
  const { height, width, channels } = parseModel(encodeModel(graph)).tensors[graph.ops.length];
  const hostile = ['"; */ 5', 'größe 9', '??/', 'two\nlines', '\\', '%s'];
  const labels = Array.from({ length: height * width * channels }, (_, i) => hostile[i % hostile.length]);
  folder.writeCode(
    'named',
    toC(encodeModel({ ...graph, metadata: { name: 'a */ b\\\nc', labels } }), { name: 'named' }),
  );
  folder.write(
    'names.c',
    `#include <stdio.h>
#include "named.h"
int main(void) {
  for (uint32_t i = 0; i < NAMED_LOGITS; i++) puts(named_class_name(i));
  return named_class_name(NAMED_LOGITS) != NULL;
}
`,
  );
  const objects = [folder.compile('cc', C99, 'named.c'), folder.compile('cc', C99, 'names.c')];
  expect(folder.run(objects)).toBe(`${labels.join('\n')}\n`);
});
