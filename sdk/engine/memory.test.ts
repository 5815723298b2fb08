import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENGINE_STATIC_BYTES, VALID } from '../../assembly/layout.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { boardEngine } from '../testing/board-engine.js';
import { kernelGraphs } from '../testing/kernel-graph.js';
import { graphs } from '../testing/random-graph.js';
import { Engine } from './engine.js';
import { memoryRequirement, memoryWithoutWeights } from './memory.js';
import { engineWasm } from './wasm.js';

describe.each(['mvp', 'simd'] as const)('%s', (build) => {
  test('the requirement equals the memory that the engine uses', async () => {
    const engine = await Engine.instantiate(await engineWasm(build));
    fc.assert(
      fc.property(fc.oneof(graphs, kernelGraphs), (graph) => {
        const bytes = encodeModel(graph);
        engine.load(bytes);
        expect(memoryRequirement(parseModel(bytes), build)).toBe(engine.memoryUsed);
      }),
    );
  });

  test("the engine's own data ends before the model", async () => {
    const { instance } = await WebAssembly.instantiate(await engineWasm(build), {});
    const staticEnd = instance.exports.staticEnd as () => number;
    expect(staticEnd()).toBeLessThanOrEqual(ENGINE_STATIC_BYTES);
  });
});

test('on a board, with the weights in memory or in flash', async () => {
  const { wasm, load } = await boardEngine();
  fc.assert(
    fc.property(fc.oneof(graphs, kernelGraphs), fc.boolean(), (graph, leaveInPlace) => {
      const bytes = encodeModel(graph);
      const model = parseModel(bytes);
      expect(load(bytes, leaveInPlace)).toBe(VALID);
      const needed = leaveInPlace ? memoryWithoutWeights(model) : memoryRequirement(model);
      expect(wasm.memoryUsed()).toBe(needed);
    }),
  );
});
