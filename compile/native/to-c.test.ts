/** C code of networks and of the engine, compiled by `cc` with sanitizers and compared with the reference. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  argmax,
  Engine,
  encodeModel,
  engineWasm,
  type Graph,
  type ModelError,
  parseModel,
  referenceLogits,
} from '@bd-edge/sdk/internal';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { engineToC } from './engine-to-c.js';
import kernelSources from './kernel-sources.generated.js';
import { takeModule } from './module-code.js';
import { type CFiles, toC } from './to-c.js';
import { wasm2c } from './wasm2c.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

function write(name: string, { header, source }: CFiles): void {
  writeFileSync(at(`${name}.h`), header);
  writeFileSync(at(`${name}.c`), source);
}

const graphOf = (seed: number): Graph =>
  seed % 2 === 0 ? kernelGraph(random(seed)) : randomGraph(random(seed), seed % 5);

function requireCompiler(context: TestContext): void {
  if (spawnSync('cc', ['--version']).status === 0) return;
  const advice = 'no C compiler `cc` was found';
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

const SANITIZERS = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const WARNINGS = ['-Wall', '-Wextra', '-Werror'];
const C99 = ['-std=c99', ...WARNINGS, '-Wconversion', ...SANITIZERS];
const CXX = ['-std=c++17', ...WARNINGS, '-Wconversion', ...SANITIZERS];
const C11 = ['-std=c11', ...WARNINGS, ...SANITIZERS];

/** Compiles a source without a warning. @returns the object's path */
function compile(compiler: string, options: string[], source: string): string {
  const object = at(source.replace(/\.\w+$/, '.o'));
  const { status, stderr } = spawnSync(compiler, [...options, '-c', '-o', object, at(source)], {
    encoding: 'utf8',
  });
  expect({ source, status, stderr }).toEqual({ source, status: 0, stderr: '' });
  return object;
}

/** Links objects and runs the program. */
function link(objects: string[], input?: Uint8Array): { stdout: string } {
  const linked = spawnSync('c++', [...SANITIZERS, '-o', at('program'), ...objects], { encoding: 'utf8' });
  expect({ status: linked.status, stderr: linked.stderr }).toEqual({ status: 0, stderr: '' });
  const { status, stdout, stderr } = spawnSync(at('program'), { input, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return { stdout };
}

/** Links objects and runs the program. @returns the numbers that it prints */
function run(objects: string[], input: Uint8Array): number[] {
  return link(objects, input).stdout.split(/\s+/).filter(Boolean).map(Number);
}

/** The networks of one program: random ones, and some at the edges of the kernels. */
const SEEDS = Array.from({ length: 14 }, (_, seed) => seed);

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
      write(name, toC(bytes, { name }));
      return {
        name,
        model: parseModel(bytes),
        images: [1, 2].map((time) => randomImage(random(100 * seed + time), graph)),
      };
    });
    writeFileSync(at(main), program(networks.map(({ name }) => name)));
    const objects = networks.map(({ name }) => compile('cc', C99, `${name}.c`));
    objects.push(main === 'main.c' ? compile('cc', C99, main) : compile('c++', CXX, main));
    const said = run(objects, Buffer.concat(networks.flatMap(({ images }) => [...images, images[1]])));
    const expected = networks.flatMap(({ model, images }) => {
      const logits = images.map((image) => referenceLogits(model, image));
      return [...logits.flatMap((values) => [argmax(values), ...values]), 0, argmax(logits[1])];
    });
    expect(said).toEqual(expected);
  },
);

test('a network has no names but its own, and no variables', async (context) => {
  requireCompiler(context);
  write('digits', toC(encodeModel(graphOf(2)), { name: 'digits' }));
  const symbols = spawnSync('nm', [compile('cc', ['-std=c99', '-O2', '-fno-pie'], 'digits.c')], {
    encoding: 'utf8',
  }).stdout;
  const found = Array.from(symbols.matchAll(/ ([A-Z]) (\w+)$/gm), ([, type, symbol]) => `${type} ${symbol}`);
  const functions = ['init', 'input', 'run', 'run_some', 'logits', 'class_index', 'self_test'];
  expect(found.filter((symbol) => !/^U mem(cpy|set)$/.test(symbol)).sort()).toEqual(
    functions.map((name) => `T digits_${name}`).sort(),
  );
  expect(symbols).not.toMatch(/ [bBdDC] \w+$/m);
});

test.for(['layer', 'window', 'network', 'tensor', 'ops', 'run', 'class'])(
  'a network can be called %s',
  (name, context) => {
    requireCompiler(context);
    write(name, toC(encodeModel(graphOf(3)), { name }));
    compile('cc', ['-std=c99', ...WARNINGS, '-Wconversion', '-O1'], `${name}.c`);
  },
);

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
  write(
    'named',
    toC(encodeModel({ ...graph, metadata: { name: 'a */ b\\\nc', labels } }), { name: 'named' }),
  );
  writeFileSync(
    at('names.c'),
    `#include <stdio.h>
#include "named.h"
int main(void) {
  for (uint32_t i = 0; i < NAMED_LOGITS; i++) puts(named_class_name(i));
  return named_class_name(NAMED_LOGITS) != NULL;
}
`,
  );
  const objects = [compile('cc', C99, 'named.c'), compile('cc', C99, 'names.c')];
  expect(link(objects).stdout).toBe(`${labels.join('\n')}\n`);
});

const DRIVER = `#include <stdio.h>
#include <stdlib.h>
#include "engine.h"
static uint32_t number(void) {
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) value |= (uint32_t)getchar() << 8 * i;
  return value;
}
int main(void) {
  const uint32_t memory_bytes = 1 << 24;
  uint8_t *memory = aligned_alloc(16, memory_bytes);
  engine_start(memory, memory_bytes);
  for (uint32_t bytes = number(); bytes != 0; bytes = number()) {
    if (fread(memory + engine_reserve(bytes), 1, bytes, stdin) != bytes) return 1;
    const uint32_t fault = engine_loadModel(bytes);
    const uint32_t image_bytes = number();
    printf("%u ", (unsigned)fault);
    if (fault != 0) continue;
    if (fread(memory + engine_tensorAddress(0), 1, image_bytes, stdin) != image_bytes) return 1;
    for (uint32_t layer = 0; layer < engine_opCount(); layer++) {
      engine_runOp(layer);
      printf("%u ", (unsigned)engine_tensorChecksum(layer + 1));
    }
  }
  free(memory);
  return 0;
}
`;

test('the engine in C computes every op of every network as the host', {
  timeout: 120_000,
}, async (context) => {
  requireCompiler(context);
  write('engine', await engineToC(await engineWasm('mvp'), { name: 'engine' }));
  writeFileSync(at('driver.c'), DRIVER);
  const host = await Engine.instantiate(engineWasm('mvp'));
  const input: Uint8Array[] = [];
  const expected: number[] = [];
  const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
  for (let seed = 0; seed < 40; seed++) {
    const model = encodeModel(graphOf(seed));
    const image = randomImage(random(seed), graphOf(seed));
    host.load(model);
    input.push(u32(model.length), model, u32(image.length), image);
    expected.push(0, ...host.trace(image));
  }
  // An invalid model gives the host's error code.
  const damaged = encodeModel(graphOf(1));
  damaged[17] ^= 0x55;
  input.push(u32(damaged.length), damaged, u32(0), u32(0));
  const { number } = thrown(() => host.load(damaged)) as ModelError;
  expect(number).toBeGreaterThan(0);
  expected.push(number);
  const objects = [compile('cc', C11, 'driver.c'), compile('cc', C11, 'engine.c')];
  expect(run(objects, Buffer.concat(input))).toEqual(expected);
});

test('the output of another wasm2c is rejected', async () => {
  const output = await wasm2c(await engineWasm('mvp'), 'code');
  expect(takeModule(output).exports.map(({ name }) => name)).toContain('loadModel');
  for (const unknown of [
    { ...output, header: '' },
    { ...output, source: `${output.source}\nWASM_RT_NEW(1);` },
  ])
    expect(codeOf(() => takeModule(unknown))).toBe('missing-dependency');
});
