import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defined, gradient, type Pooling, tensors } from '../pooling-testing.js';
import { computeOn, requireNative } from '../testing.js';
import type { Shape4D } from '../wasm/convolution-shape.js';

const size = (max: number) => fc.integer({ min: 1, max });

/** Windows of 2x2 side by side, in images with and without a row or column left over. */
const halvings: fc.Arbitrary<Pooling> = fc.record({
  input: fc
    .tuple(size(3), fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }), size(5))
    .map((shape) => shape as Shape4D),
  window: fc.constant<[number, number]>([2, 2]),
  strides: fc.constant<[number, number]>([2, 2]),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  levels: fc.constantFrom(1, 2, 3, 1000),
  seed: fc.integer(),
});

it('goes to the first of the largest values', async (context) => {
  await requireNative(context);
  await fc.assert(
    fc.asyncProperty(halvings, async (pooling) => {
      const [dx] = await computeOn('native', () => gradient(pooling));
      const [x, dy] = await computeOn('native', () => Object.values(tensors(pooling)));
      // A sum with 0 has no -0.
      expect([...dx].map((value) => value + 0)).toEqual([...defined(pooling, x, dy)]);
    }),
    { numRuns: 100 },
  );
});
