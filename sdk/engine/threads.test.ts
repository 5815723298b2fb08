import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeModel } from '../format/encode.js';
import type { Graph } from '../format/graph.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits, referenceRun } from '../reference/reference.js';
import { kernelGraphs } from '../testing/kernel-graph.js';
import { graphs, random, randomImage } from '../testing/random-graph.js';
import { Engine } from './engine.js';
import { memoryRequirement } from './memory.js';
import { engineWasm } from './wasm.js';

describe.each([1, 2, 3, 4])('%i threads against the reference', (threads) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.instantiate(await engineWasm('simd-threads'), { threads });
  });
  afterAll(() => engine.close());

  test('the same bytes for every op, alone and in a batch, in the predicted memory', () => {
    const property = (graph: Graph, seed: number) => {
      const bytes = encodeModel(graph);
      const model = parseModel(bytes);
      engine.load(bytes);
      expect(memoryRequirement(model, 'simd-threads', threads)).toBe(engine.memoryUsed);
      const images = Array.from({ length: 3 }, (_, i) => randomImage(random(seed + i), graph));
      const expected = referenceRun(model, images[0]);
      engine.layers(images[0]).forEach((layer, op) => {
        expect({ op, same: Buffer.compare(layer, expected.layers[op]) }).toEqual({ op, same: 0 });
      });
      const logits = images.map((image) => referenceLogits(model, image));
      expect(images.map((image) => engine.run(image))).toEqual(logits);
      expect(engine.runBatch(images)).toEqual(logits);
    };
    fc.assert(fc.property(fc.oneof(kernelGraphs, graphs), fc.integer(), property), { numRuns: 100 });
  });
});
