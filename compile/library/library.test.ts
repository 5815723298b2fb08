/** C libraries, compiled by `cc` with sanitizers. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { encodeModel, parseModel, rankClasses, referenceLogits } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomImage } from '../../sdk/testing/random-graph.js';
import { codeOf } from '../../sdk/testing/throws.js';
import { C99, CFolder, CXX, numbersIn, requireCompiler, WARNINGS } from '../testing/c-compiler.js';
import { smallNetwork } from '../testing/network.js';
import { requireRoom } from './boards.js';
import { type CLibrary, libraryName, toLibrary } from './library.js';

const folder = new CFolder();
const graph = kernelGraph(random(2));
const bytes = encodeModel({ ...graph, outputScale: 0.01 });
const model = parseModel(bytes);

/** Writes a library's folder. @returns the paths of its C sources */
function write({ name, files }: CLibrary): string[] {
  for (const [path, text] of files) folder.write(`${name}/${path}`, text);
  return Array.from(files.keys(), (path) => `${name}/${path}`).filter((path) => /\/src\/.*\.c$/.test(path));
}

const [first, second] = ['first', 'second'].map((name) => toLibrary(bytes, { name }));
const other = toLibrary(encodeModel(kernelGraph(random(5))), { name: 'other', small: true });
const ALL = [first, second, other];

/** Prints what the first library says about an image from standard input, and the self-tests of all. */
const program = `#include <stdio.h>
${ALL.map(({ name }) => `#include "${name}.h"\n`).join('')}
int main(void) {
  static uint32_t arenas[2][FIRST_ARENA_BYTES / 4], other_arena[OTHER_ARENA_BYTES / 4];
  struct first run;
  struct second run_2;
  struct other run_3;
  first_init(&run, arenas[0]);
  second_init(&run_2, arenas[1]);
  other_init(&run_3, other_arena);
  if (fread(first_input(&run), 1, FIRST_INPUT_BYTES, stdin) != FIRST_INPUT_BYTES) return 1;
  while (!first_run_some(&run, 1)) {
    (void)second_run_some(&run_2, 1);
  }
  printf("%u ", (unsigned)first_class_index(&run));
  for (uint32_t i = 0; i < FIRST_LOGITS; i++) printf("%d %u ", (int)first_logits(&run)[i], first_score(&run, i));
  printf("%u %u %u", first_self_test(&run), second_self_test(&run_2), other_self_test(&run_3));
  return 0;
}
`;

test('libraries in one program of C99 or C++', { timeout: 120_000 }, (context) => {
  requireCompiler(context);
  const objects = ALL.flatMap(write).map((source) => folder.compile('cc', C99, source));
  const kernels = ['first', 'second'].map((name) =>
    readFileSync(`${folder.path}/${name}/src/bd_edge_kernels.c`),
  );
  expect(kernels[0]).toEqual(kernels[1]);
  const includes = ALL.map(({ name }) => `-I${name}/src`);
  for (const main of ['main.c', 'main.cpp']) folder.write(main, program);
  const inC = folder.compile('cc', [...C99, ...includes], 'main.c');
  checkOutput([...objects, inC]);
  checkOutput([...objects, folder.compile('c++', [...CXX, ...includes], 'main.cpp')]);
});

/** Compares what a program says about an image with the reference. */
function checkOutput(objects: string[]): void {
  const image = randomImage(random(7), graph);
  const found = numbersIn(folder.run(objects, image));
  const logits = [...referenceLogits(model, image)];
  const ranked = rankClasses(logits, model.outputScale);
  expect(found[0]).toBe(ranked[0].classIndex);
  expect(logits.map((_, i) => found[1 + 2 * i])).toEqual(logits);
  for (const { classIndex, score } of ranked)
    expect(Math.abs(found[2 + 2 * classIndex] - 1000 * score)).toBeLessThanOrEqual(1);
  expect(found.slice(1 + 2 * logits.length)).toEqual([0, 0, 0]);
}

test('a library has no names but its own, and no variables', (context) => {
  requireCompiler(context);
  const objects = write(first).map((source) => folder.compile('cc', ['-std=c99', '-O1', '-fno-pie'], source));
  const symbols = spawnSync('nm', ['-g', ...objects], { encoding: 'utf8' }).stdout;
  const names = Array.from(symbols.matchAll(/ [A-Z] (\w+)$/gm), ([, name]) => name);
  expect(names.filter((name) => !/^(first_\w+|bd_edge_[0-9a-f]{8}_\w+|mem(cpy|set))$/.test(name))).toEqual(
    [],
  );
  expect(spawnSync('nm', objects, { encoding: 'utf8' }).stdout).not.toMatch(/ [bBdDC] \w+$/m);
});

test('BD_EDGE_FAST moves loops to a section', (context) => {
  requireCompiler(context);
  const kernels = write(first).filter((source) => source.endsWith('bd_edge_kernels.c'));
  const fast = '-DBD_EDGE_FAST=__attribute__((section(".fast")))';
  const [object] = kernels.map((source) => folder.compile('cc', ['-std=c99', '-O2', fast], source));
  const sections = spawnSync('objdump', ['-h', object], { encoding: 'utf8' }).stdout;
  const size = (name: string) =>
    Number.parseInt(new RegExp(` \\${name} +(\\w+)`).exec(sections)?.[1] ?? '0', 16);
  expect(size('.fast')).toBeGreaterThan(size('.text'));
});

test('CMake installs a package that programs find', { timeout: 120_000 }, (context) => {
  requireCompiler(context);
  requireCompiler(context, 'cmake');
  const library = toLibrary(smallNetwork().bytes, { name: 'found', system: 'cmake' });
  write(library);
  const cmake = (...args: string[]) => {
    const { status, stderr } = spawnSync('cmake', args, { cwd: folder.path, encoding: 'utf8' });
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' });
  };
  cmake('-S', 'found', '-B', 'built', '-DCMAKE_BUILD_TYPE=Release');
  cmake('--build', 'built');
  cmake('--install', 'built', '--prefix', 'installed');
  cmake('-S', 'found/examples/c', '-B', 'example', `-DCMAKE_PREFIX_PATH=${folder.path}/installed`);
  cmake('--build', 'example');
  const { status, stdout } = spawnSync(`${folder.path}/example/self_test`, { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'different logits: 0\n' });
});

test('the programs of docs/library.md compile', (context) => {
  requireCompiler(context);
  write(
    toLibrary(readFileSync(new URL('../../models/mnist-8k/model.bdm', import.meta.url)), { name: 'digits' }),
  );
  const page = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
  const programs = Array.from(page.matchAll(/^```c\n([^]*?)^```$/gm), ([, code]) => code);
  expect(programs).toHaveLength(2);
  for (const [i, code] of programs.entries()) {
    folder.write(`docs-${i}.c`, code);
    folder.compile('cc', ['-std=c11', ...WARNINGS, '-Idigits/src'], `docs-${i}.c`);
  }
});

test.for(['network', 'kernels', 'constants', 'ops'])('a library can be called %s', (name, context) => {
  requireCompiler(context);
  const own = write(toLibrary(smallNetwork().bytes, { name })).filter(
    (source) => !source.includes('bd_edge'),
  );
  for (const source of own) folder.compile('cc', ['-std=c99', ...WARNINGS, '-O1'], source);
});

test('names', () => {
  expect(libraryName('my-model.v2')).toBe('my_model_v2');
  for (const name of [
    '',
    '1st',
    'my-model',
    'class',
    'a b',
    'String',
    'math',
    'Arduino',
    'layer',
    '../x',
    'größe',
  ])
    expect(codeOf(() => toLibrary(bytes, { name }))).toBe('invalid-c-name');
});

test('a library for one system has the manifests of that system', () => {
  const manifestsOf = (system?: 'arduino' | 'zephyr') =>
    [...toLibrary(bytes, { name: 'x', system }).files.keys()].filter(
      (path) => !/^(src|examples)\//.test(path),
    );
  expect(manifestsOf('arduino')).toEqual(['library.properties', 'README.md', 'LICENSE']);
  expect(manifestsOf('zephyr').filter((path) => path.startsWith('zephyr/'))).toHaveLength(3);
  expect(manifestsOf()).toHaveLength(9);
});

test('hostile metadata ends no line, text or comment', () => {
  const metadata = { name: 'a\n*/ "x\\', license: 'b\n# c `d`' };
  const { files } = toLibrary(encodeModel({ ...graph, metadata }), { name: 'x' });
  expect(files.get('library.properties')).toContain('sentence=a     x, a neural network for ');
  expect(JSON.parse(files.get('library.json') ?? '').description).toMatch(/^a {5}x, a neural network/);
  expect(files.get('src/x.h')).toMatch(/^\/\* a \* \/ "x\/, made by bd-edge/);
  expect(files.get('README.md')).toContain('is: b   c  d .\n');
});

test('boards without enough memory are refused', () => {
  const library = { ...first, arenaBytes: 1000, copyBytes: 600, constantBytes: 10_000 };
  expect(codeOf(() => requireRoom(library, 'uno'))).toBe('too-large-for-board');
  requireRoom({ ...library, copyBytes: 500 }, 'uno');
  expect(codeOf(() => requireRoom({ ...library, copyBytes: 0, constantBytes: 25_000 }, 'uno'))).toBe(
    'too-large-for-board',
  );
  requireRoom({ ...library, copyBytes: 60_000 }, 'pico');
  expect(codeOf(() => requireRoom(library, 'abacus'))).toBe('unknown-board');
});
