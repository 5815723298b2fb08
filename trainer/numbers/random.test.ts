import { expect, it } from 'vitest';
import { Random } from './random.js';

it('gives the same numbers for the same seed only', () => {
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

it('draws independent normal numbers with the given deviation', () => {
  const random = new Random(1);
  const pairs = Array.from({ length: 20_000 }, () => random.normalPair(3));
  const meanOf = (f: (pair: [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + f(pair), 0) / pairs.length;
  for (const i of [0, 1]) {
    expect(Math.abs(meanOf((pair) => pair[i]))).toBeLessThan(0.1);
    expect(Math.sqrt(meanOf((pair) => pair[i] ** 2))).toBeCloseTo(3, 1);
  }
  expect(Math.abs(meanOf(([a, b]) => a * b))).toBeLessThan(0.2);
});

// Results in docs/ depend on these numbers.
it('keeps its normal numbers', () => {
  const [a, b] = new Random(1).normalPair(2);
  expect([a, b]).toEqual([expect.closeTo(2.8086775568305273, 12), expect.closeTo(0.04828323504607205, 12)]);
});
