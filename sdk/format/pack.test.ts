import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, packWeights, unpackBits, unpackWeights } from './pack.js';

test('channel c is bit c % 32 of word c / 32, rows start at a word, -1 packs as 0', () => {
  expect([...packBits([1, 0, 1, 0, 1, 1], 3)]).toEqual([0b101, 0b110]);
  expect([...packBits([-1, 1], 2)]).toEqual([0b10]);
  expect([...packBits([...new Array(33).fill(0), 1], 34)]).toEqual([0, 0b10]);
});

test('packing and unpacking are inverse', () => {
  const rows = fc
    .integer({ min: 1, max: 70 })
    .chain((channels) =>
      fc.tuple(
        fc.constant(channels),
        fc.array(fc.array(fc.nat(1), { minLength: channels, maxLength: channels })),
      ),
    );
  fc.assert(
    fc.property(rows, ([channels, values]) => {
      expect([...unpackBits(packBits(values.flat(), channels), channels)]).toEqual(values.flat());
    }),
  );
});

test('bit f of a word of weights is filter 32 * block + f, unused bits are 0', () => {
  // Two inputs of two filters.
  expect([...packWeights([1, -1, 1, 1], 2)]).toEqual([0b11, 0b10]);
  // Filter 33 of 34, one input.
  expect([...packWeights([...new Array(33).fill(-1), 1], 34)]).toEqual([0, 0b10]);
  // The second block begins behind all inputs of the first.
  const weights = new Array(3 * 33).fill(-1);
  weights[3 * 31] = 1;
  weights[3 * 32 + 2] = 1;
  expect([...packWeights(weights, 33)]).toEqual([2 ** 31, 0, 0, 0, 0, 1]);
});

test('packing and unpacking weights are inverse', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 40 }));
  const layers = sizes.chain(([filters, inputs]) =>
    fc.tuple(
      fc.constant(filters),
      fc.array(fc.constantFrom(-1, 1), { minLength: filters * inputs, maxLength: filters * inputs }),
    ),
  );
  fc.assert(
    fc.property(layers, ([filters, weights]) => {
      const packed = packWeights(weights, filters);
      expect([...unpackWeights(packed, filters)]).toEqual(weights);
      const used = filters % 32;
      const tails = packed
        .slice((-weights.length / filters) | 0)
        .map((word) => (used === 0 ? 0 : word >>> used));
      expect(tails.every((tail) => tail === 0)).toBe(true);
    }),
  );
});
