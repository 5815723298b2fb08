/** `bd-edge compile` as built. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseModel, referenceLogits } from '@bd-edge/sdk';
import { decouple, exportModel, mnistNetwork, selectBackend } from '@bd-edge/trainer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallNetwork } from '../../compile/testing/network.js';
import { bdEdge, bdEdgeWithoutRoom } from '../testing/command.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-compile-'));
const model = join(folder, 'model.bdm');
const { bytes, image } = smallNetwork();
const at = (name: string) => join(folder, name);

beforeAll(() => writeFileSync(model, bytes));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a module that says in figures what it is', async () => {
  const { status, stdout } = bdEdge('compile', model, '-o', at('small.wasm'), '--json');
  expect(status).toBe(0);
  const wasm = readFileSync(at('small.wasm'));
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ build: 'mvp', modelBytes: bytes.length, moduleBytes: wasm.length });
  expect(report.files).toMatchObject([{ path: at('small.wasm'), bytes: wasm.length }]);
  expect(report.files[0].gzipBytes).toBeLessThan(wasm.length);
  expect(report.memoryBytes).toBeGreaterThan(bytes.length);
  expect(report.parts).toContain('scalarInt8');
  const { instance } = await WebAssembly.instantiate(wasm);
  expect(instance.exports).toHaveProperty('logitCount');
});

test.skipIf(process.platform === 'win32')(
  'without room for a file the former one stays, and it is named',
  () => {
    const out = at('former.wasm');
    writeFileSync(out, 'former');
    const { status, stderr } = bdEdgeWithoutRoom('compile', model, '-o', out);
    expect(status).toBe(4);
    expect(stderr).toContain(`Files may not become so large; cannot write ${out}; allow more (ulimit -f)`);
    expect(readFileSync(out, 'utf8')).toBe('former');
  },
);

test('the MNIST network, in one file, takes at most 12 KB of a download', async () => {
  await selectBackend();
  // Untrained: its weights are random, and so compress less than those of a trained one.
  const { bytes } = await exportModel(decouple(mnistNetwork(1)));
  writeFileSync(at('mnist.bdm'), bytes);
  const { stdout } = bdEdge('compile', at('mnist.bdm'), '-o', at('mnist.wasm'), '--json');
  expect(JSON.parse(stdout).files[0].gzipBytes).toBeLessThanOrEqual(12 * 1024);
});

test('a module of its own for JavaScript, with types', async () => {
  const { stdout } = bdEdge('compile', model, '-o', at('small.mjs'), '--build', 'simd');
  expect(stdout).toContain('small.d.mts');
  const { run } = await import(/* @vite-ignore */ pathToFileURL(at('small.mjs')).href);
  expect(run(image).logits).toEqual(referenceLogits(parseModel(bytes), image));
  expect(readFileSync(at('small.d.mts'), 'utf8')).toContain('export declare function run');
});

test('arrays for C: a header alone, or a source and its header', () => {
  const alone = bdEdge('compile', model, '-o', at('alone.h')).stdout;
  expect(alone).toMatch(/^model /m);
  expect(alone).not.toMatch(/^(module|memory) /m); // it is not in there
  expect(readFileSync(at('alone.h'), 'utf8')).toContain(`alone_bdm[${bytes.length}] = {`);
  const { stdout } = bdEdge('compile', model, '-o', at('small.c'), '--embed', 'module', '--json');
  expect(JSON.parse(stdout).files.map(({ path }: { path: string }) => path)).toEqual([
    at('small.c'),
    at('small.h'),
  ]);
  expect(bdEdge('compile', model, '-o', at('small.c'), '--embed', 'module').stdout).toMatch(/^module /m);
  expect(readFileSync(at('small.c'), 'utf8')).toContain('#include "small.h"');
  expect(readFileSync(at('small.h'), 'utf8')).toContain('extern const unsigned char small_wasm[');
});

test('what cannot be is refused in one sentence, and nothing is written', () => {
  writeFileSync(at('damaged.bdm'), bytes.slice(0, -1));
  for (const [code, reason, ...args] of [
    [2, 'none of the endings .wasm, .mjs, .h, .c', model, '-o', at('model.exe')],
    [2, 'Allowed choices are mvp, simd', model, '--build', 'fast'],
    [2, 'has no letters', model, '-o', at('数字.c')],
    [2, '--embed engine says what .h and .c hold', model, '-o', at('damaged.wasm'), '--embed', 'engine'],
    [4, 'is cut short', at('damaged.bdm'), '-o', at('damaged.wasm')],
    [4, 'There is no file or folder', at('absent.bdm')],
    [4, 'There is no file or folder', model, '-o', at('absent/model.wasm')],
  ] as [number, string, ...string[]][]) {
    const { status, stderr } = bdEdge('compile', ...args);
    expect({ args, status }).toEqual({ args, status: code });
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain('    at ');
  }
  expect(() => readFileSync(at('damaged.wasm'))).toThrow('ENOENT');
});
