import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Metadata } from '@bd-edge/sdk/internal';
import { argmax, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { afterAll, expect, test } from 'vitest';
import { COMPILED_BUILDS } from './builds.js';
import { compileModel } from './compile.js';
import { toJavaScript } from './javascript.js';
import { smallNetwork } from './testing/network.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-mjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Imports the module made of a network, from a folder without other files. */
async function imported(bytes: Uint8Array, build: 'mvp' | 'simd' = 'mvp') {
  const file = join(folder, `${files++}.mjs`);
  writeFileSync(file, (await toJavaScript(compileModel(bytes, { build }))).source);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

test.each(COMPILED_BUILDS)('run returns class and logits, compiled with the %s parts', async (build) => {
  const labels = Array.from({ length: 500 }, (_, i) => `class ${i}`);
  const { graph, image, bytes } = smallNetwork({ name: 'small', labels });
  const network = await imported(bytes, build);
  const logits = referenceLogits(parseModel(bytes), image);
  const classIndex = argmax(logits);
  const result = network.run(image);
  expect(result).toEqual({ classIndex, className: `class ${classIndex}`, logits });
  network.run(image.map((pixel) => 255 - pixel));
  expect(result.logits, 'the result is a copy').toEqual(logits);
  expect(network.input).toEqual(graph.input);
  expect(network.classCount).toBe(logits.length);
  expect(network.metadata).toEqual({ name: 'small', labels });
});

test('an image of another size is rejected with both sizes', async () => {
  const { graph, bytes } = smallNetwork();
  const { run } = await imported(bytes);
  const { height, width, channels } = graph.input;
  expect(() => run(new Uint8Array(3))).toThrow(RangeError);
  expect(() => run(new Uint8Array(3))).toThrow(`expected ${height * width * channels} bytes`);
  expect(() => run(undefined)).toThrow(RangeError);
});

test('an image that is not bytes is rejected', async () => {
  const { image, bytes } = smallNetwork();
  const { run } = await imported(bytes);
  const floats = Float32Array.from(image, (pixel) => pixel / 255);
  expect(() => run(floats)).toThrow(`received ${4 * image.length}`);
  for (const other of [[...image], image.slice().buffer, new DataView(image.slice().buffer)]) {
    expect(() => run(other)).toThrow(RangeError);
  }
});

test('metadata cannot become code', async () => {
  const name = '*/ `${process.exit(1)}` </script> \u2028 \n process.exit(1) // "\\';
  const hostile = { name, ['__proto__']: 1, labels: 'no list' } as unknown as Metadata;
  const { image, bytes } = smallNetwork(hostile);
  const network = await imported(bytes);
  expect(network.metadata.name).toBe(name);
  expect(network.run(image).className).toBeUndefined();
});

test('the types match the module', { timeout: 60_000 }, async () => {
  const { source, types } = await toJavaScript(compileModel(smallNetwork().bytes));
  writeFileSync(join(folder, 'typed.mjs'), source);
  writeFileSync(join(folder, 'typed.d.mts'), types);
  writeFileSync(
    join(folder, 'use.mts'),
    `import { classCount, input, metadata, type Result, run } from './typed.mjs';
const result: Result = run(new Uint8ClampedArray(input.height * input.width * input.channels));
export const said: [number, string | undefined, Int32Array, number] = [result.classIndex, metadata.labels?.[0], result.logits, classCount];
// @ts-expect-error an image is bytes
run('image');
`,
  );
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, 'use.mts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
