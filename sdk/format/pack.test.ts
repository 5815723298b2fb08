import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packBits, unpackBits } from './pack.js';

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
