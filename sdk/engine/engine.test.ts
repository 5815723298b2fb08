import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { alignUp } from '../format/arena.js';
import { crc32 } from '../format/crc32.js';
import { encodeModel } from '../format/encode.js';
import type { Graph } from '../format/graph.js';
import { parseModel } from '../format/parse.js';
import { referenceRun } from '../reference/reference.js';
import { kernelGraphs } from '../testing/kernel-graph.js';
import { reseal } from '../testing/mutations.js';
import { graphs, random, randomGraph, randomImage } from '../testing/random-graph.js';
import { codeOf, rejection, thrown } from '../testing/throws.js';
import { Engine } from './engine.js';
import { boardEngineWasm, engineWasm } from './wasm.js';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.instantiate(await engineWasm());
});

describe.each(['mvp', 'simd'] as const)('the %s engine against the reference', (build) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.instantiate(await engineWasm(build));
  });

  /** Compares the output of every op of a graph for one image. */
  function expectTheReference(graph: Graph, seed: number): void {
    const bytes = encodeModel(graph);
    const image = randomImage(random(seed), graph);
    engine.load(bytes);
    const expected = referenceRun(parseModel(bytes), image);
    // Compared as bytes, because matchers are slow on large arrays.
    engine.layers(image).forEach((layer, op) => {
      expect({ op, same: Buffer.compare(layer, expected.layers[op]) }).toEqual({ op, same: 0 });
    });
    expect(engine.run(image)).toEqual(expected.logits);
  }

  test('the same bytes for every op, for shapes at the edges of the kernels', () => {
    fc.assert(fc.property(kernelGraphs, fc.integer(), expectTheReference), { numRuns: 150 });
  });

  test('the same bytes for every op, for random graphs and images', () => {
    fc.assert(
      fc.property(graphs, fc.integer(), (graph, seed) => {
        const bytes = encodeModel(graph);
        const image = randomImage(random(seed), graph);
        engine.load(bytes);
        const expected = referenceRun(parseModel(bytes), image);
        expect(engine.layers(image)).toEqual(expected.layers);
        expect(engine.run(image)).toEqual(expected.logits);
        expect([...engine.trace(image)]).toEqual(expected.layers.map((layer) => crc32(layer)));
      }),
      { numRuns: 500 },
    );
  });

  test('one image does not change the result of the next', () => {
    const graph = randomGraph(random(7), 3);
    const images = Array.from({ length: 4 }, (_, seed) => randomImage(random(seed), graph));
    engine.load(encodeModel(graph));
    const first = images.map((image) => engine.run(image));
    expect(images.toReversed().map((image) => engine.run(image))).toEqual(first.toReversed());
  });

  test('the largest sums do not overflow', () => {
    const size = 32767 - 64; // int8 -128 on pixels 255 reach just below the limit
    const bytes = encodeModel({
      input: { height: 1, width: 1, channels: size },
      ops: [
        {
          kind: 'int8-convolution',
          input: 0,
          window: { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 },
          outputHeight: 1,
          outputWidth: 1,
          filters: 1,
          weights: new Int8Array(size).fill(-128),
          epilogue: { kind: 'sum', bias: Int32Array.of(-1073741823) },
        },
      ],
      outputScale: 1,
    });
    engine.load(bytes);
    expect(engine.run(new Uint8Array(size).fill(255))[0]).toBe(size * -128 * 255 - 1073741823);
  });
});

describe('bytes from outside are hostile', () => {
  test('a model that needs more memory than allowed is refused, and no model is loaded after that', async () => {
    const small = await Engine.instantiate(await engineWasm(), { maxMemoryBytes: 1000 });
    expect(codeOf(() => small.load(encodeModel(randomGraph(random(1), 3))))).toBe('out-of-memory');
    expect(codeOf(() => small.run(new Uint8Array(1)))).toBe('no-model');
  });

  test.each(['mvp', 'simd'] as const)(
    'and the memory of the %s build does not grow before',
    async (build) => {
      const maxMemoryBytes = 2 ** 20;
      const instantiate = vi.spyOn(WebAssembly, 'instantiate');
      const small = await Engine.instantiate(await engineWasm(build), { maxMemoryBytes });
      const { exports } = (await instantiate.mock.results[0].value) as WebAssembly.Instance;
      instantiate.mockRestore();
      const graph = randomGraph(random(1), 1);
      const large = encodeModel(graph);
      new DataView(large.buffer).setUint32(layout.HEADER_ARENA_BYTES, maxMemoryBytes, true);
      for (const model of [
        reseal(large),
        encodeModel({ ...graph, metadata: { name: 'x'.repeat(2 ** 20) } }),
      ]) {
        expect(codeOf(() => small.load(model))).toBe('out-of-memory');
        expect((exports.memory as WebAssembly.Memory).buffer.byteLength).toBeLessThanOrEqual(2 * 65536);
      }
      expect(codeOf(() => small.load(new Uint8Array(100)))).toBe('wrong-magic');
    },
  );

  // The weights are declared but never read, because the board build asks its imports about them. The
  // second window exceeds 32 bits alone, the first one together with the memory before it.
  test.each([33_025, 33_027])(
    'memory beyond 32 bits is refused, not wrapped: %i channels',
    async (channels) => {
      const one = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
      const common = { window: one, outputHeight: 1, outputWidth: 1 };
      const bytes = encodeModel({
        input: { height: 1, width: 1, channels },
        ops: [
          {
            ...common,
            kind: 'sum-pool',
            input: 0,
            filters: channels,
            epilogue: {
              kind: 'fixed-point',
              type: 'int16',
              multipliers: new Int32Array(channels),
              offsets: new BigInt64Array(channels),
              shift: 0,
              addend: 0,
            },
          },
          {
            ...common,
            kind: 'int8-convolution',
            input: 1,
            filters: 1,
            weights: new Int8Array(channels),
            epilogue: { kind: 'sum', bias: new Int32Array(1) },
          },
        ],
        outputScale: 1,
      });
      const view = new DataView(bytes.buffer);
      const u32 = (at: number) => view.getUint32(at, true);
      const put = (at: number, value: number) => view.setUint32(at, value, true);
      const sections = layout.HEADER_SECTIONS;
      const growth = alignUp(255 * 255 * channels) - alignUp(channels);
      const convolution = u32(sections) + layout.OP_BYTES;
      bytes.fill(255, convolution + layout.OP_KERNEL_HEIGHT, convolution + layout.OP_STRIDE_Y);
      put(sections + 8 * layout.SECTION_WEIGHTS + 4, 255 * 255 * channels);
      const parameters = u32(sections + 8 * layout.SECTION_PARAMETERS);
      for (const at of [
        layout.HEADER_FILE_BYTES,
        sections + 8 * layout.SECTION_PARAMETERS,
        sections + 8 * layout.SECTION_METADATA,
        u32(sections) + layout.OP_PARAMETERS,
        convolution + layout.OP_PARAMETERS,
      ]) {
        put(at, u32(at) + growth);
      }
      const imports = {
        copy(to: number, from: number, length: number) {
          const at = (from - layout.IN_PLACE) >>> 0;
          const start = at < parameters ? at : at - growth;
          memory.grow(Math.ceil(length / 65536));
          new Uint8Array(memory.buffer).set(bytes.subarray(start, start + length), to);
          return 1;
        },
        checksum: () => u32(layout.HEADER_CHECKSUM),
        largestMagnitude: () => 0,
        anyBits: () => 0,
        inRange: () => 1,
        layer() {},
      };
      const { instance } = await WebAssembly.instantiate(await boardEngineWasm(), { board: imports });
      const memory = instance.exports.memory as WebAssembly.Memory;
      const { reserve, loadModel } = instance.exports as Record<string, (bytes: number) => number>;
      reserve(0);
      expect(loadModel(u32(layout.HEADER_FILE_BYTES))).toBe(layout.OUT_OF_MEMORY);
      expect(memory.buffer.byteLength).toBeLessThan(2 ** 20);
    },
  );

  test('an image of the wrong size is refused with both sizes', () => {
    engine.load(encodeModel(randomGraph(random(1), 1)));
    const image = new Uint8Array(engine.inputBytes + 1);
    expect(thrown(() => engine.run(image))).toMatchObject({
      code: 'wrong-image-size',
      received: image.length,
      expected: engine.inputBytes,
    });
  });

  test('metadata that is not a JSON object is refused', () => {
    const bytes = encodeModel(randomGraph(random(4), 0));
    const view = new DataView(bytes.buffer);
    bytes[view.getUint32(layout.HEADER_SECTIONS + 8 * layout.SECTION_METADATA, true)] = 0xff;
    expect(codeOf(() => engine.load(reseal(bytes)))).toBe('invalid-metadata');
    expect(codeOf(() => engine.run(new Uint8Array(engine.inputBytes)))).toBe('no-model');
  });

  test('wasm that is not an engine is refused', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    expect((await rejection(Engine.instantiate(empty))).code).toBe('not-an-engine');
    expect((await rejection(Engine.instantiate(new Uint8Array(8)))).code).toBe('not-wasm');
  });
});
