import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defined, gradient, type Pooling, tensors } from '../pooling-testing.js';
import { computeOn, requireNative } from '../testing.js';
import type { Shape4D } from './convolution-shape.js';

const size = (max: number) => fc.integer({ min: 1, max });

const poolings: fc.Arbitrary<Pooling> = fc
  .record({
    image: fc.tuple(size(3), size(9), size(9), size(5)),
    window: fc.tuple(size(4), size(4)),
    strides: fc.tuple(size(3), size(3)),
    pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
    levels: fc.constantFrom(1, 2, 3, 1000),
    seed: fc.integer(),
  })
  .map(({ image: [batch, height, width, channels], window, ...rest }) => ({
    input: [batch, height + window[0] - 1, width + window[1] - 1, channels] as Shape4D,
    window,
    ...rest,
  }));

const closeTo = (expected: Float32Array) => Array.from(expected, (value) => expect.closeTo(value, 5));

describe('the gradient of max-pooling on wasm', () => {
  it('goes to the first of the largest values', async () => {
    await fc.assert(
      fc.asyncProperty(poolings, async (pooling) => {
        const [dx] = await computeOn('wasm', () => gradient(pooling));
        const [x, dy] = await computeOn('wasm', () => Object.values(tensors(pooling)));
        expect([...dx]).toEqual(closeTo(defined(pooling, x, dy)));
      }),
      { numRuns: 100 },
    );
  });

  it('equals that of the native backend', async (context) => {
    await requireNative(context);
    await fc.assert(
      fc.asyncProperty(poolings, async (pooling) => {
        const [wasm] = await computeOn('wasm', () => gradient(pooling));
        const [native] = await computeOn('native', () => gradient(pooling));
        expect([...wasm]).toEqual(closeTo(native));
      }),
      { numRuns: 100 },
    );
  });
});
