/** Compiled networks in WebAssembly runtimes outside of JavaScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '@bd-edge/sdk/internal';
import { argmax, encodeModel, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { afterAll, expect, test } from 'vitest';
import { random, randomGraph, randomImage } from '../sdk/testing/random-graph.js';
import type { CompiledBuild } from './builds.js';
import { compileModel } from './compile.js';
import { type PythonRuntime, requireRuntimes, runInPython } from './testing/python-runtime.js';

const folder = mkdtempSync(join(tmpdir(), 'bd-edge-runtimes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GRAPHS = Array.from({ length: 60 }, (_, seed) => randomGraph(random(seed), seed % 5));

/** Returns the features of a graph that need tests. */
function featuresOf({ ops }: Graph): string[] {
  return ops.flatMap((op) => {
    if (op.kind === 'max-pool') return [op.kind];
    const { epilogue } = op;
    if (epilogue.kind === 'sum') return [op.kind, epilogue.kind];
    if (epilogue.kind === 'fixed-point')
      return [op.kind, epilogue.type, ...(epilogue.addend > 0 ? ['added to a stream'] : [])];
    return [
      op.kind,
      epilogue.coupled ? 'coupled' : epilogue.thresholds.length === 2 ? 'decoupled' : 'binary',
    ];
  });
}

test('the graphs cover all features of a network', () => {
  expect(new Set(GRAPHS.flatMap(featuresOf))).toEqual(
    new Set([
      'int8-convolution',
      'binary-convolution',
      'max-pool',
      'binary',
      'coupled',
      'decoupled',
      'sum-pool',
      'u8',
      'int16',
      'added to a stream',
      'sum',
    ]),
  );
});

const RUNTIMES: [PythonRuntime, CompiledBuild][] = [
  ['wasmtime', 'mvp'],
  ['wasmtime', 'simd'],
  ['wasm3', 'mvp'], // it has no vectors
];

for (const [runtime, build] of RUNTIMES) {
  test(`${runtime} gives the reference logits, with the ${build} parts`, { timeout: 120_000 }, (context) => {
    requireRuntimes(context);
    const models = GRAPHS.map((graph) => encodeModel(graph));
    const jobs = models.map((bytes, job) => ({
      wasm: compileModel(bytes, { build }).wasm,
      images: [1, 2, 3].map((image) => randomImage(random(100 * job + image), GRAPHS[job])),
    }));
    const expected = jobs.map(({ images }, job) =>
      images.map((image) => {
        const logits = referenceLogits(parseModel(models[job]), image);
        return { classIndex: argmax(logits), logits: [...logits] };
      }),
    );
    expect(runInPython(runtime, jobs, folder)).toEqual(expected);
  });
}
