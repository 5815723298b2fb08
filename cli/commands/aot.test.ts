/** `bd-edge aot`: what it writes, compiled by `cc` with the sanitizers, against the reference. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeModule } from '@bd-edge/compile/internal';
import {
  argmax,
  Engine,
  encodeModel,
  engineWasm,
  type Graph,
  parseModel,
  referenceLogits,
  type Tensor,
} from '@bd-edge/sdk';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { bdEdge, command } from '../testing/command.js';
import { wasm2c } from '../wasm2c.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-aot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const graphOf = (seed: number): Graph =>
  seed % 2 === 0 ? kernelGraph(random(seed)) : randomGraph(random(seed), seed % 5);

function requireCompiler(context: TestContext): void {
  if (spawnSync('cc', ['--version']).status === 0) return;
  const advice = 'no C compiler `cc` was found';
  if (process.env.CI === 'true') throw new Error(advice);
  context.skip(advice);
}

/** Compiles C without any warning and runs it. @returns what it prints, as numbers */
function run(program: string, sources: string[], input: Uint8Array): number[] {
  const strict = ['-std=c11', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const built = spawnSync('cc', [...strict, '-fno-sanitize-recover=all', '-o', program, ...sources], {
    encoding: 'utf8',
  });
  expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
  const { status, stdout, stderr } = spawnSync(program, { input, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split(/\s+/).filter(Boolean).map(Number);
}

test('models in C have the reference logits, and several go into one program', {
  timeout: 120_000,
}, (context) => {
  requireCompiler(context);
  const seeds = Array.from({ length: 6 }, (_, seed) => seed);
  const names = seeds.map((seed) => `network-${seed}`);
  for (const [seed, name] of names.entries()) {
    writeFileSync(at(`${name}.bdm`), encodeModel(graphOf(seed)));
    const { status, stdout } = bdEdge('aot', at(`${name}.bdm`), '-o', at(`${name}.c`), '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      of: 'model',
      files: [{ path: at(`${name}.c`) }, { path: at(`${name}.h`) }],
    });
  }
  // Each network runs on two images of its own; the second time, what the first left behind is there.
  const images = seeds.flatMap((seed) =>
    [1, 2].map((time) => randomImage(random(100 * seed + time), graphOf(seed))),
  );
  const uses = seeds.map(
    (seed) => `  for (int time = 0; time < 2; time++) {
    if (fread(network_${seed}_input(), 1, NETWORK_${seed}_INPUT_BYTES, stdin) != NETWORK_${seed}_INPUT_BYTES) return 1;
    printf("%u ", (unsigned)network_${seed}_run());
    for (int i = 0; i < NETWORK_${seed}_LOGITS; i++) printf("%d ", (int)network_${seed}_logits()[i]);
  }
`,
  );
  writeFileSync(
    at('main.c'),
    `#include <stdio.h>\n${names.map((name) => `#include "${name}.h"\n`).join('')}int main(void) {\n${uses.join('')}}\n`,
  );
  const said = run(
    at('networks'),
    [at('main.c'), ...names.map((name) => at(`${name}.c`))],
    Buffer.concat(images),
  );
  const expected = images.flatMap((image, i) => {
    const logits = referenceLogits(parseModel(encodeModel(graphOf(i >> 1))), image);
    return [argmax(logits), ...logits];
  });
  expect(said).toEqual(expected);
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

test('the engine in C: every layer of every network, one after the other', {
  timeout: 120_000,
}, async (context) => {
  requireCompiler(context);
  mkdirSync(at('engine'));
  expect(bdEdge('aot', '-o', at('engine/engine.c'), '--json').status).toBe(0);
  writeFileSync(at('engine/main.c'), DRIVER);
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
  // One that is not valid, as the host says it.
  const damaged = encodeModel(graphOf(1));
  damaged[17] ^= 0x55;
  input.push(u32(damaged.length), damaged, u32(0), u32(0));
  let code = 0;
  try {
    host.load(damaged);
  } catch (error) {
    code = (error as { code: number }).code;
  }
  expected.push(code);
  expect(code).toBeGreaterThan(0);
  expect(run(at('engine/run'), [at('engine/main.c'), at('engine/engine.c')], Buffer.concat(input))).toEqual(
    expected,
  );
});

test('the programs of docs/aot.md compile, with what is written where no name is given', (context) => {
  requireCompiler(context);
  const { height, width, channels } = parseModel(encodeModel(graphOf(1))).tensors.at(-1) as Tensor;
  const labels = Array.from({ length: height * width * channels }, (_, i) => `class ${i}`);
  writeFileSync(at('labels.bdm'), encodeModel({ ...graphOf(1), metadata: { name: 'Labels', labels } }));
  for (const args of [[at('labels.bdm')], []]) {
    const { status } = spawnSync(process.execPath, [command, 'aot', ...args], { cwd: folder });
    expect(status).toBe(0);
  }
  expect(readFileSync(at('model.h'), 'utf8')).toMatch(/^\/\* Labels, made by bd-edge aot\./);
  expect(readFileSync(at('model.h'), 'utf8')).toContain('#define MODEL_LABELS "class 0", "class 1"');
  expect(readFileSync(at('engine.h'), 'utf8')).toContain('engine_loadModel(');
  const page = readFileSync(new URL('../../docs/aot.md', import.meta.url), 'utf8');
  const programs = Array.from(page.matchAll(/^```c\n([^]*?)^```$/gm), ([, code]) => code);
  expect(programs).toHaveLength(2);
  for (const [i, code] of programs.entries()) {
    writeFileSync(at(`docs-${i}.c`), code);
    const strict = [
      '-std=c11',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-c',
      '-o',
      at(`docs-${i}.o`),
      at(`docs-${i}.c`),
    ];
    const { status, stderr } = spawnSync('cc', strict, { encoding: 'utf8' });
    expect({ code, status, stderr }).toEqual({ code, status: 0, stderr: '' });
  }
});

test('what cannot be is refused in one sentence, and nothing is written', () => {
  writeFileSync(at('damaged.bdm'), encodeModel(graphOf(1)).slice(0, -1));
  for (const [code, reason, ...args] of [
    [2, 'none of the endings .c', '-o', at('engine.exe')],
    [2, 'Allowed choices are mvp, board', '--build', 'simd', '-o', at('x.c')],
    [2, 'has no letters', '-o', at('数字.c')],
    [2, '--build board is of the engine alone', at('damaged.bdm'), '--build', 'board', '-o', at('x.c')],
    [4, 'is cut short', at('damaged.bdm'), '-o', at('x.c')],
    [4, 'There is no file or folder', at('absent.bdm'), '-o', at('x.c')],
    [4, 'There is no file or folder', '-o', at('absent/x.c')],
  ] as [number, string, ...string[]][]) {
    const { status, stderr } = bdEdge('aot', ...args);
    expect({ args, status }).toEqual({ args, status: code });
    expect(stderr).toContain(reason);
  }
  expect(() => readFileSync(at('x.c'))).toThrow('ENOENT');
});

test('C that another wasm2c wrote is refused', async () => {
  const output = await wasm2c(await engineWasm('mvp'), 'code');
  expect(takeModule(output).exports.map(({ name }) => name)).toContain('loadModel');
  expect(() => takeModule({ ...output, header: '' })).toThrow('npm install wabt@1.0.39');
  expect(() => takeModule({ ...output, source: `${output.source}\nWASM_RT_NEW(1);` })).toThrow(
    'not known here',
  );
});
