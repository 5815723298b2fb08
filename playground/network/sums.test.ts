import { Engine, encodeModel, engineWasm, parseModel } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphs, random, randomImage } from '../../sdk/testing/random-graph.js';
import { bitsOf } from './bits.js';
import { encodeSums, hasThresholds } from './sums.js';

const wasm = await WebAssembly.compile(await engineWasm('mvp'));

test('the sums and thresholds give the bits of the whole network', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(), async (graph, seed) => {
      const bytes = encodeModel(graph);
      const model = parseModel(bytes);
      const image = randomImage(random(seed), graph);
      const whole = await Engine.instantiate(wasm);
      whole.load(bytes);
      const layers = whole.layers(image);
      for (const [op, record] of model.ops.entries()) {
        if (!hasThresholds(model, op) || record.kind === 'max-pool' || record.epilogue.kind !== 'threshold')
          continue;
        const short = await Engine.instantiate(wasm);
        short.load(encodeSums(model, op));
        const sums = short.run(image);
        const { thresholds } = record.epilogue;
        const bits = bitsOf(model.tensors[op + 1], layers[op]);
        sums.forEach((sum, i) => {
          const [filter, pixel] = [i % record.filters, Math.floor(i / record.filters)];
          thresholds.forEach(({ values, invert }, plane) => {
            const fired = invert[filter] ? sum < values[filter] : sum >= values[filter];
            expect(bits[plane * record.filters + filter][pixel]).toBe(Number(fired));
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
