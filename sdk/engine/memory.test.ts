import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeModel } from '../format/encode.js';
import { ENGINE_STATIC_BYTES } from '../format/layout.js';
import { parseModel } from '../format/parse.js';
import { graphs } from '../testing/random-graph.js';
import { Engine } from './engine.js';
import { memoryRequirement } from './memory.js';
import { engineWasm } from './wasm.js';

test('the requirement is what the engine uses, to the byte', async () => {
  const engine = await Engine.instantiate(engineWasm());
  fc.assert(
    fc.property(graphs, (graph) => {
      const bytes = encodeModel(graph);
      engine.load(bytes);
      expect(memoryRequirement(parseModel(bytes))).toBe(engine.memoryUsed);
    }),
  );
});

test("the engine's own data ends below the model", async () => {
  const { instance } = await WebAssembly.instantiate(engineWasm(), {});
  const staticEnd = instance.exports.staticEnd as () => number;
  expect(staticEnd()).toBeLessThanOrEqual(ENGINE_STATIC_BYTES);
});
