import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeModel, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { decouple, exportModel, mnistNetwork, selectBackend } from '@bd-edge/trainer';
import { beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { smallNetwork } from '../../compile/testing/network.js';
import { bdEdge, bdEdgeWith, bdEdgeWithoutRoom, failure, json } from '../testing/command.js';
import { temporaryFolder } from '../testing/folder.js';

const folder = temporaryFolder();
const model = join(folder, 'small.bdm');
const { bytes, graph, image } = smallNetwork();
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const paths = (report: { files: { path: string }[] }) => report.files.map(({ path }) => path);

beforeAll(() => writeFileSync(model, bytes));

describe('target wasm', () => {
  test('writes a module and reports its figures', async () => {
    const { status, stdout } = bdEdge('compile', model, '-o', at('small.wasm'), '--json');
    expect(status).toBe(0);
    const wasm = readFileSync(at('small.wasm'));
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      target: 'wasm',
      build: 'mvp',
      modelBytes: bytes.length,
      moduleBytes: wasm.length,
    });
    expect(report.files).toMatchObject([{ path: at('small.wasm'), bytes: wasm.length }]);
    expect(report.files[0].gzipBytes).toBeLessThan(wasm.length);
    expect(report.memoryBytes).toBeGreaterThan(bytes.length);
    expect(report.parts).toContain('scalarInt8');
    const { instance } = await WebAssembly.instantiate(wasm);
    expect(instance.exports).toHaveProperty('logitCount');
  });

  test('is the default, and takes bundled models', () => {
    expect(paths(json(bdEdgeWith({ cwd: folder }, 'compile', 'mnist-8k', '--json')))).toEqual(['model.wasm']);
  });

  test('compresses the MNIST network, engine included, to at most 12 KB', async () => {
    await selectBackend();
    // Not trained: random weights compress less than trained ones.
    const { bytes } = await exportModel(decouple(mnistNetwork(1)));
    writeFileSync(at('mnist.bdm'), bytes);
    const { files } = json(bdEdge('compile', at('mnist.bdm'), '-o', at('mnist.wasm'), '--json'));
    expect(files[0].gzipBytes).toBeLessThanOrEqual(12 * 1024);
  });
});

test('target js writes a module with types', async () => {
  const report = json(bdEdge('compile', model, '-o', at('small.mjs'), '--build', 'simd', '--json'));
  expect(report).toMatchObject({ target: 'js', build: 'simd' });
  expect(paths(report)).toEqual([at('small.mjs'), at('small.d.mts')]);
  const { run } = await import(/* @vite-ignore */ pathToFileURL(at('small.mjs')).href);
  expect(run(image).logits).toEqual(referenceLogits(parseModel(bytes), image));
  expect(read('small.d.mts')).toContain('export declare function run');
});

test('target c-array writes a header, or a source and its header', () => {
  const alone = json(bdEdge('compile', model, '-o', at('alone.h'), '--json'));
  expect(alone).toMatchObject({ target: 'c-array', files: [{ path: at('alone.h') }] });
  expect(read('alone.h')).toContain(`alone_bdm[${bytes.length}] = {`);
  const two = ['compile', model, '-o', at('array.c'), '--target', 'c-array', '--embed', 'module'];
  expect(paths(json(bdEdge(...two, '--json')))).toEqual([at('array.c'), at('array.h')]);
  expect(read('array.c')).toContain('#include "array.h"');
  expect(read('array.h')).toContain('extern const unsigned char array_wasm[');
  // Figures of a module that is not in the file would mislead.
  expect(bdEdge(...two).stdout).toMatch(/^module /m);
  expect(bdEdge('compile', model, '-o', at('alone.h')).stdout).not.toMatch(/^(module|memory) /m);
});

describe('target c', () => {
  function requireCompiler(context: TestContext): void {
    if (spawnSync('cc', ['--version']).status === 0) return;
    const advice = 'no C compiler `cc` was found';
    if (process.env.CI === 'true') throw new Error(advice);
    context.skip(advice);
  }

  test('is that of .c, for a model or the engine alone', () => {
    const network = json(bdEdge('compile', model, '-o', at('code.c'), '--json'));
    expect(network).toMatchObject({ target: 'c', modelBytes: bytes.length });
    expect(paths(network)).toEqual([at('code.c'), at('code.h')]);
    expect(read('code.c')).toContain('uint32_t code_run(struct code *run)');
    expect(read('code.h')).toContain(`#define CODE_ARENA_BYTES ${network.arenaBytes} `);
    expect(read('code.h')).toContain(`#define CODE_FLASH_BYTES ${network.constantBytes} `);
    for (const [build, name] of [
      ['mvp', 'engine_run('],
      ['board', 'engine_import('],
    ]) {
      const engine = json(bdEdgeWith({ cwd: folder }, 'compile', '--build', build, '--json'));
      expect(engine).toMatchObject({ target: 'c', build });
      expect(paths(engine)).toEqual(['engine.c', 'engine.h']);
      expect(read('engine.h')).toContain(name);
    }
  });

  test('the programs of docs/compile-c.md compile', (context) => {
    requireCompiler(context);
    const { height, width, channels } = parseModel(bytes).tensors[graph.ops.length];
    const labels = Array.from({ length: height * width * channels }, (_, i) => `class ${i}`);
    writeFileSync(at('labels.bdm'), encodeModel({ ...graph, metadata: { name: 'Labels', labels } }));
    for (const args of [[at('labels.bdm'), '-o', 'model.c'], []])
      expect(bdEdgeWith({ cwd: folder }, 'compile', ...args).status).toBe(0);
    expect(read('model.h')).toMatch(/^\/\* Labels, made by bd-edge compile\./);
    expect(read('model.c')).toContain('"class 0",\n');
    const page = readFileSync(new URL('../../docs/compile-c.md', import.meta.url), 'utf8');
    const programs = Array.from(page.matchAll(/^```c\n([^]*?)^```$/gm), ([, code]) => code);
    expect(programs).toHaveLength(3);
    for (const [i, code] of programs.entries()) {
      writeFileSync(at(`docs-${i}.c`), code);
      const strict = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-c'];
      const { status, stderr } = spawnSync('cc', [...strict, '-o', at(`docs-${i}.o`), at(`docs-${i}.c`)], {
        encoding: 'utf8',
      });
      expect({ code, status, stderr }).toEqual({ code, status: 0, stderr: '' });
    }
  });
});

test.skipIf(process.platform === 'win32')('on a full disk the existing file stays', () => {
  const out = at('existing.wasm');
  writeFileSync(out, 'existing');
  const { status, stderr } = bdEdgeWithoutRoom('compile', model, '-o', out);
  expect(status).toBe(4);
  expect(stderr).toContain(out);
  expect(readFileSync(out, 'utf8')).toBe('existing');
});

describe('nothing is written after', () => {
  const out = at('refused');
  test.each([
    [2, 'unknown-ending', [model, '-o', `${out}.exe`]],
    [2, 'unknown-ending', [model, '-o', `${out}.c`, '--target', 'wasm']],
    [2, 'invalid-argument', [model, '--build', 'fast', '-o', `${out}.wasm`]],
    [2, 'invalid-argument', [model, '--target', 'rust']],
    [2, 'invalid-c-name', [model, '-o', at('数字.c')]],
    [2, 'inapplicable-option', [model, '-o', `${out}.wasm`, '--embed', 'engine']],
    [2, 'inapplicable-option', [model, '-o', `${out}.c`, '--build', 'mvp']],
    [2, 'inapplicable-option', [model, '-o', `${out}.c`, '--build', 'simd']],
    [2, 'inapplicable-option', [model, '-o', `${out}.c`, '--build', 'board']],
    [2, 'inapplicable-option', ['-o', `${out}.c`, '--build', 'simd']],
    [2, 'missing-model', ['-o', `${out}.wasm`]],
    [4, 'file-not-found', [at('absent.bdm'), '-o', `${out}.wasm`]],
    [4, 'not-a-folder', [model, '-o', at('small.bdm/model.wasm')]],
  ] as [number, string, string[]][])('%i %s: %j', (status, code, args) => {
    expect(failure({}, 'compile', ...args)).toEqual({ status, code });
    for (const ending of ['exe', 'c', 'wasm']) expect(existsSync(`${out}.${ending}`)).toBe(false);
  });

  test('an invalid model', () => {
    writeFileSync(at('damaged.bdm'), bytes.slice(0, -1));
    expect(failure({}, 'compile', at('damaged.bdm'), '-o', `${out}.wasm`)).toMatchObject({ status: 4 });
    expect(existsSync(`${out}.wasm`)).toBe(false);
  });
});
