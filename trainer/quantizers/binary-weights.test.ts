import fc from 'fast-check';
import { expect, it } from 'vitest';
import { binaryWeights } from './binary-weights.js';

it('keeps the signs (+1 for 0) and the mean magnitude', () => {
  expect(binaryWeights(Float32Array.of(0.5, -1.5, 0, -0, -2))).toEqual({
    values: Int8Array.of(1, -1, 1, 1, -1),
    scale: Math.fround(4 / 5),
  });
});

it('has a scale above zero if all weights are zero, and NaN if one is NaN', () => {
  expect(binaryWeights(new Float32Array(3)).scale).toBeGreaterThan(0);
  expect(binaryWeights(Float32Array.of(1, Number.NaN)).scale).toBeNaN();
});

it('halves its scale exactly for two copies of half the weights, for any interleaving', () => {
  const shape = fc.record({ pixels: fc.integer({ min: 1, max: 9 }), run: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(
      shape,
      fc.infiniteStream(fc.float({ min: -4, max: 4, noNaN: true })),
      ({ pixels, run }, stream) => {
        const single = Float32Array.from({ length: pixels * run }, () => stream.next().value);
        const copies = new Float32Array(2 * single.length);
        single.forEach((weight, i) => {
          const at = Math.floor(i / run) * 2 * run + (i % run);
          copies[at] = copies[at + run] = weight / 2;
        });
        fc.pre(single.some((weight) => Math.abs(weight) > 1e-3));
        const { scale } = binaryWeights(single, { pixels, copies: 1 });
        expect(binaryWeights(copies, { pixels, copies: 2 }).scale).toBe(scale / 2);
      },
    ),
  );
});
