import { Engine, encodeModel, engineWasm, parseModel } from '@bd-edge/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import { bitsOf } from './bits.js';
import { encodeSums, hasThresholds } from './sums.js';

const wasm = await WebAssembly.compile(await engineWasm('mvp'));

test('cut by its thresholds, what comes out is the bits that the whole network has there', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(), async (graph, seed) => {
      const bytes = encodeModel(graph);
      const model = parseModel(bytes);
      const image = randomImage(random(seed), graph);
      const whole = await Engine.instantiate(wasm);
      whole.load(bytes);
      const layers = whole.layers(image);
      for (const [op, node] of model.nodes.entries()) {
        if (!hasThresholds(model, op) || node.kind === 'max-pool' || node.epilogue.kind !== 'threshold')
          continue;
        const short = await Engine.instantiate(wasm);
        short.load(encodeSums(model, op));
        const sums = short.run(image);
        const { cuts } = node.epilogue;
        const bits = bitsOf(model.tensors[op + 1], layers[op]);
        sums.forEach((sum, i) => {
          const [filter, pixel] = [i % node.filters, Math.floor(i / node.filters)];
          cuts.forEach(({ thresholds, below }, cut) => {
            const fired = below[filter] ? sum < thresholds[filter] : sum >= thresholds[filter];
            expect(bits[cut * node.filters + filter][pixel]).toBe(Number(fired));
          });
        });
      }
    }),
    { numRuns: 30 },
  );
});

test('an op without sums', () => {
  const [graph] = fc.sample(graphs, { numRuns: 1, seed: 1 });
  expect(() => encodeSums(parseModel(encodeModel(graph)), 1000)).toThrow('Op 1000 has no sums');
});
