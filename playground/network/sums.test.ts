import { computedSize, Engine, encodeModel, engineWasm, parseModel } from '@bd-edge/sdk/internal';
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
        const { filters, outputWidth } = record;
        const { width } = computedSize(record);
        const pool = ('pool' in record && record.pool) || { height: 1, width: 1, andMask: [] };
        bits.forEach((picture, channel) => {
          const [filter, { values, invert }] = [channel % filters, thresholds[Math.floor(channel / filters)]];
          const fired = (pixel: number) => {
            const sum = sums[pixel * filters + filter];
            return invert[filter] ? sum < values[filter] : sum >= values[filter];
          };
          picture.forEach((bit, pixel) => {
            const [y, x] = [Math.floor(pixel / outputWidth), pixel % outputWidth];
            const window = Array.from({ length: pool.height * pool.width }, (_, i) =>
              fired(
                (y * pool.height + Math.floor(i / pool.width)) * width + x * pool.width + (i % pool.width),
              ),
            );
            expect(bit).toBe(Number(pool.andMask[channel] ? window.every(Boolean) : window.some(Boolean)));
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
