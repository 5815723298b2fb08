/** C code of networks and of the engine, compiled by `cc` with sanitizers and compared with the reference. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { compileModel } from '../compile.js';
import { engineToC } from './engine-to-c.js';
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

/** Compiles C without warnings and runs it. @returns the numbers that it prints */
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

test('networks in C have the reference logits, and several fit into one program', {
  timeout: 120_000,
}, async (context) => {
  requireCompiler(context);
  const seeds = Array.from({ length: 6 }, (_, seed) => seed);
  const names = seeds.map((seed) => `network-${seed}`);
  for (const [seed, name] of names.entries())
    write(name, await toC(compileModel(encodeModel(graphOf(seed))), { name }));
  // Two images for each network: nothing of the first may remain for the second.
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
  expect(run(at('driver'), [at('driver.c'), at('engine.c')], Buffer.concat(input))).toEqual(expected);
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
