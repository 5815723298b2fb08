import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pairedDifference, studentProbability, studentQuantile } from './statistics.js';

it.each([
  [1, 12.7062],
  [2, 4.30265],
  [3, 3.18245],
  [4, 2.77645],
  [9, 2.26216],
  [10, 2.22814],
  [30, 2.04227],
  [1000, 1.96234],
])('matches the printed table: t(0.975; %i) = %f', (degrees, quantile) => {
  expect(studentQuantile(0.975, degrees)).toBeCloseTo(quantile, 4);
});

it('integrates the density of t', () => {
  const density = (t: number, n: number) => (1 + (t * t) / n) ** (-(n + 1) / 2);
  const area = (to: number, n: number) => {
    const steps = 4000;
    const at = (i: number) => density((to * i) / steps, n);
    let sum = at(0) + at(steps);
    for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * at(i);
    return (sum * to) / steps / 3;
  };
  // The density's constant cancels in the ratio of two areas.
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.1, max: 4, noNaN: true }), (n, t) => {
      const ratio = (studentProbability(t, n) - 0.5) / (studentProbability(5, n) - 0.5);
      expect(ratio).toBeCloseTo(area(t, n) / area(5, n), 8);
    }),
    { numRuns: 30 },
  );
});

it('inverts the probability', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.51, max: 0.999, noNaN: true }),
      (n, p) => {
        expect(studentProbability(studentQuantile(p, n), n)).toBeCloseTo(p, 9);
      },
    ),
  );
});

it('pairs by seed', () => {
  const a = new Map([
    [1, 0.9],
    [2, 0.8],
    [3, 0.85],
    [7, 0.1],
  ]);
  const b = new Map([
    [3, 0.8],
    [2, 0.79],
    [1, 0.88],
  ]);
  // Differences 0.02, 0.01, 0.05: mean 0.02667, s 0.02082, t(2) 4.30265.
  const { mean, interval, pairs } = pairedDifference(a, b) ?? expect.fail();
  expect(pairs).toBe(3);
  expect(mean).toBeCloseTo(0.0266667, 6);
  expect(interval?.[0]).toBeCloseTo(0.0266667 - 0.0517146, 5);
  expect(interval?.[1]).toBeCloseTo(0.0266667 + 0.0517146, 5);
  expect(pairedDifference(a, new Map([[1, 0.5]]))?.interval).toBeNull();
  expect(pairedDifference(a, new Map([[9, 0.5]]))).toBeUndefined();
});

it('is symmetric: b - a has the opposite interval', () => {
  const values = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 2,
      maxLength: 9,
    },
  );
  fc.assert(
    fc.property(values, (pairs) => {
      const [a, b] = [0, 1].map((k) => new Map(pairs.map((pair, seed) => [seed, pair[k]])));
      const [there, back] = [pairedDifference(a, b), pairedDifference(b, a)];
      expect(there?.mean).toBeCloseTo(-(back?.mean ?? Number.NaN), 12);
      expect(there?.interval?.[0]).toBeCloseTo(-(back?.interval?.[1] ?? Number.NaN), 9);
    }),
  );
});
