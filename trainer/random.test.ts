import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from './random.js';

it('repeats itself for the same seed, and not for another', () => {
  const sequence = (seed: number) =>
    Array.from(
      { length: 20 },
      (
        (random) => () =>
          random.next()
      )(new Random(seed)),
    );
  expect(sequence(7)).toEqual(sequence(7));
  expect(sequence(7)).not.toEqual(sequence(8));
});

it('is mulberry32', () => {
  const random = new Random(1);
  expect([random.seed(), random.seed()]).toEqual([2693262067, 11749833]);
});

it('stays within its limit', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
      const value = new Random(seed).below(limit);
      expect(Number.isInteger(value) && value >= 0 && value < limit).toBe(true);
    }),
  );
});

it('shuffles without losing anything', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat()), (seed, values) => {
      const sorted = [...values].sort((a, b) => a - b);
      expect(new Random(seed).shuffle([...values]).sort((a, b) => a - b)).toEqual(sorted);
    }),
  );
});
