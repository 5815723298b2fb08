import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.js';

test('five of ten', () => {
  const [low, high] = wilsonInterval(5, 10);
  expect(low).toBeCloseTo(0.2366, 4);
  expect(high).toBeCloseTo(0.7634, 4);
});

test('without trials', () => {
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

test('ends where the proportion is 1.96 standard errors away, within 0 and 1', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (trials, n) => {
      const successes = n % (trials + 1);
      const proportion = successes / trials;
      const [low, high] = wilsonInterval(successes, trials);
      for (const end of [low, high]) {
        expect(end).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(1);
        const variance = (end * (1 - end)) / trials;
        expect((proportion - end) ** 2).toBeCloseTo(1.959963984540054 ** 2 * variance, 10);
      }
      expect(low).toBeLessThanOrEqual(proportion + 1e-12);
      expect(high).toBeGreaterThanOrEqual(proportion - 1e-12);
    }),
  );
});
