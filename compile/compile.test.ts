import type { Graph, TensorType } from '@bd-edge/sdk/internal';
import {
  argmax,
  encodeModel,
  type Model,
  ModelError,
  memoryRequirement,
  parseModel,
  referenceLogits,
} from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelGraphs } from '../sdk/testing/kernel-graph.js';
import { mutate } from '../sdk/testing/mutations.js';
import { graphs, random, randomGraph, randomImage } from '../sdk/testing/random-graph.js';
import { codeOf } from '../sdk/testing/throws.js';
import { COMPILED_ABI } from './abi.js';
import { COMPILED_BUILDS } from './builds.js';
import { type CompiledModel, compileModel } from './compile.js';
import { Compiled } from './testing/instantiate.js';

describe.each(COMPILED_BUILDS)('a network compiled with the %s parts', (build) => {
  async function expectTheReference(graph: Graph, seed: number): Promise<void> {
    const bytes = encodeModel(graph);
    const compiled = await Compiled.instantiate(compileModel(bytes, { build }).wasm);
    // Two images: nothing of one may remain for the next.
    for (const image of [randomImage(random(seed), graph), randomImage(random(seed + 1), graph)]) {
      const logits = referenceLogits(parseModel(bytes), image);
      expect(compiled.run(image)).toEqual({ classIndex: argmax(logits), logits });
    }
  }

  test('gives the reference logits, for random graphs', async () => {
    await fc.assert(fc.asyncProperty(graphs, fc.nat(), expectTheReference), { numRuns: 200 });
  });

  test('gives the reference logits, for shapes at the edges of the kernels', async () => {
    await fc.assert(fc.asyncProperty(kernelGraphs, fc.nat(), expectTheReference), { numRuns: 100 });
  });

  test('imports nothing, exports the ABI, and its memory cannot grow', async () => {
    const graph = randomGraph(random(3), 2);
    const bytes = encodeModel({ ...graph, metadata: { name: 'Hällo', labels: ['a'] } });
    const { wasm, memoryBytes } = compileModel(bytes, { build });
    const module = new WebAssembly.Module(wasm);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual([
      'memory',
      'abi',
      'input',
      'inputBytes',
      'run',
      'logits',
      'logitCount',
      'metadata',
      'metadataBytes',
      'model',
      'modelBytes',
    ]);
    const compiled = await Compiled.instantiate(wasm);
    const { memory, ...abi } = compiled.exports;
    expect(abi.abi()).toBe(COMPILED_ABI);
    const { height, width, channels } = graph.input;
    expect(abi.inputBytes()).toBe(height * width * channels);
    const metadata = compiled.bytes(abi.metadata(), abi.metadataBytes());
    expect(JSON.parse(new TextDecoder().decode(metadata))).toEqual({ name: 'Hällo', labels: ['a'] });
    expect(compiled.bytes(abi.model(), abi.modelBytes())).toEqual(bytes);
    expect(memory.buffer.byteLength).toBe(Math.ceil(memoryBytes / 65536) * 65536);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  test('needs no more memory than the engine', () => {
    fc.assert(
      fc.property(fc.oneof(graphs, kernelGraphs), (graph) => {
        const bytes = encodeModel(graph);
        const { memoryBytes } = compileModel(bytes, { build });
        // The engine also stores a list of its choices, and rounds less at the end.
        expect(memoryBytes).toBeLessThan(
          memoryRequirement(parseModel(bytes), build) + 16 * (1 + graph.ops.length),
        );
      }),
    );
  });
});

test('parts that a network does not use are left out', () => {
  const compiled = Array.from({ length: 60 }, (_, seed) =>
    compileModel(encodeModel(randomGraph(random(seed), seed % 5))),
  );
  const pools = (model: Model, pooled: TensorType) =>
    model.ops.some(({ kind, input }) => kind === 'max-pool' && model.tensors[input].type === pooled);
  const needs: Record<string, (model: Model) => boolean> = {
    scalarInt8: ({ ops }) => ops.some(({ kind }) => kind === 'int8-convolution'),
    scalarBinary: ({ ops }) => ops.some(({ kind }) => kind === 'binary-convolution'),
    windowSums: ({ ops }) => ops.some(({ kind }) => kind === 'sum-pool'),
    poolBits: (model) => pools(model, 'bits'),
    poolNumbers: (model) => pools(model, 'u8') || pools(model, 'int16'),
    putFixedPoint: ({ ops }) =>
      ops.some((node) => 'epilogue' in node && node.epilogue.kind === 'fixed-point'),
  };
  for (const [part, needed] of Object.entries(needs)) {
    const used = compiled.map(({ parts }) => parts.includes(part));
    expect(used, part).toEqual(compiled.map(({ model }) => needed(model)));
    expect(new Set(used).size, part).toBe(2);
  }
  const code = ({ wasm, model }: CompiledModel) => wasm.length - model.fileBytes;
  const byParts = [...compiled].sort((a, b) => a.parts.length - b.parts.length);
  expect(2 * code(byParts[0])).toBeLessThan(code(byParts[byParts.length - 1]));
});

test('the same model gives the same bytes', () => {
  const bytes = encodeModel(randomGraph(random(1), 3));
  for (const build of COMPILED_BUILDS)
    expect(compileModel(bytes, { build }).wasm).toEqual(compileModel(bytes, { build }).wasm);
});

test('an unknown build is rejected', () => {
  const bytes = encodeModel(randomGraph(random(1), 0));
  expect(codeOf(() => compileModel(bytes, { build: 'fast' as 'mvp' }))).toBe('unknown-build');
});

test('a hostile model is rejected with the error of the parser', () => {
  const outcome = (act: () => unknown) => {
    try {
      act();
      return 'valid';
    } catch (error) {
      if (error instanceof ModelError) return [error.number, error.op];
      throw error;
    }
  };
  let refused = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const bytes = mutate(encodeModel(randomGraph(random(seed), seed % 4)), random(seed));
    const parsed = outcome(() => parseModel(bytes));
    expect(outcome(() => compileModel(bytes))).toEqual(parsed);
    if (parsed !== 'valid') refused++;
  }
  expect(refused).toBeGreaterThan(500);
});

test('a model may be a part of a larger buffer', () => {
  const graph = randomGraph(random(4), 2);
  const bytes = encodeModel(graph);
  const within = new Uint8Array(bytes.length + 7);
  within.set(bytes, 5);
  expect(compileModel(within.subarray(5, 5 + bytes.length)).wasm).toEqual(compileModel(bytes).wasm);
});
