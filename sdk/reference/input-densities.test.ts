import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { graphs, random, randomImage } from '../testing/random-graph.js';
import { InputDensities } from './input-densities.js';
import { referenceRun } from './reference.js';

/** Returns the share of a tensor's values that are not 0, value by value. */
function shareOf(model: ReturnType<typeof parseModel>, tensor: number, layer: Uint8Array): number {
  const { type, planes, height, width, channels } = model.tensors[tensor];
  const view = new DataView(layer.buffer, layer.byteOffset, layer.length);
  const words = Math.ceil(channels / 32);
  let count = 0;
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let c = 0; c < channels; c++) {
      const at = pixel * channels + c;
      const bit = (plane: number) =>
        (view.getUint32(4 * ((pixel * planes + plane) * words + (c >> 5)), true) >>> (c & 31)) & 1;
      const value = {
        u8: () => view.getUint8(at),
        int16: () => view.getInt16(2 * at, true),
        int32: () => view.getInt32(4 * at, true),
        bits: () => bit(0) + (planes === 2 ? bit(1) : 0),
      }[type]();
      if (value !== 0) count++;
    }
  }
  return count / (height * width * channels);
}

test('the density of an input is the mean share of its values that are not 0', () => {
  fc.assert(
    fc.property(graphs, fc.integer(), (graph, seed) => {
      const model = parseModel(encodeModel(graph));
      const rng = random(seed);
      const runs = [0, 1, 2].map(() => referenceRun(model, randomImage(rng, graph)).layers);
      const densities = new InputDensities(model);
      for (const layers of runs) densities.add(layers);
      const means = densities.means();
      model.ops.forEach(({ input }, op) => {
        const shares = runs.map((layers) => (input === 0 ? 1 : shareOf(model, input, layers[input - 1])));
        expect(means[op]).toBeCloseTo(shares.reduce((sum, share) => sum + share) / runs.length, 3);
      });
    }),
    { numRuns: 40 },
  );
});
