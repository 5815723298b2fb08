/** C code of the engine, compiled by `cc` with sanitizers and compared with the host. */
import { Engine, encodeModel, engineWasm, type Graph, type ModelError } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { kernelGraph } from '../../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../../sdk/testing/random-graph.js';
import { codeOf, thrown } from '../../sdk/testing/throws.js';
import { C11, CFolder, numbersIn, requireCompiler } from '../testing/c-compiler.js';
import { engineToC } from './engine-to-c.js';
import { takeModule } from './module-code.js';
import { wasm2c } from './wasm2c.js';

const folder = new CFolder();

const graphOf = (seed: number): Graph =>
  seed % 2 === 0 ? kernelGraph(random(seed)) : randomGraph(random(seed), seed % 5);

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
  folder.writeCode('engine', await engineToC(await engineWasm('mvp'), { name: 'engine' }));
  folder.write('driver.c', DRIVER);
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
  const objects = [folder.compile('cc', C11, 'driver.c'), folder.compile('cc', C11, 'engine.c')];
  expect(numbersIn(folder.run(objects, Buffer.concat(input)))).toEqual(expected);
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
