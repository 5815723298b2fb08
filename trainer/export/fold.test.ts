import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChannelNorm, foldThreshold, NotFiniteError, normalize, withGain } from './fold.js';

const identity = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

test('a positive gamma: the bit is set from the threshold on', () => {
  expect(foldThreshold(identity, 0.1, 0.5, 100)).toEqual({ threshold: 5, below: 0 });
});

test('a negative gamma: the bit is set below the threshold', () => {
  // -0.1 d >= 0.5 holds up to d = -5
  expect(foldThreshold({ ...identity, gamma: -1 }, 0.1, 0.5, 100)).toEqual({ threshold: -4, below: 1 });
});

test('gamma 0: the bit is what beta says, for every sum', () => {
  expect(foldThreshold({ ...identity, gamma: 0, beta: 0.5 }, 1, 0.5, 7)).toEqual({ threshold: -7, below: 0 });
  expect(foldThreshold({ ...identity, gamma: 0, beta: 0.4 }, 1, 0.5, 7)).toEqual({ threshold: 8, below: 0 });
});

test('the integer comparison is the float64 evaluation, for every sum, ties included', () => {
  const number = fc.oneof(
    fc.double({ min: -4, max: 4, noNaN: true }),
    fc.constantFrom(0, 0.25, 0.5, 0.75, 1, -1),
  );
  const norms: fc.Arbitrary<ChannelNorm> = fc.record({
    gamma: number,
    beta: number,
    mean: fc.oneof(number, fc.integer({ min: -50, max: 50 })),
    variance: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 100, noNaN: true })),
    epsilon: fc.constantFrom(1e-3, 1e-5),
  });
  const units = fc.oneof(fc.constantFrom(0.5, 1, 0.125), fc.double({ min: 1e-4, max: 2, noNaN: true }));
  fc.assert(
    fc.property(norms, units, fc.constantFrom(0.25, 0.5, 0.75), (norm, unit, level) => {
      const { threshold, below } = foldThreshold(norm, unit, level, 60);
      for (let d = -60; d <= 60; d++) {
        expect(below ? d < threshold : d >= threshold).toBe(normalize(norm, unit, d) >= level);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a gain is taken into the norm, epsilon too', () => {
  for (const variance of [0, 1e-6, 2]) {
    const norm = { gamma: -1.5, beta: 0.25, mean: 0.75, variance, epsilon: 1e-3 };
    for (const [gain, d] of [
      [4, 3],
      [0.125, -20],
    ])
      expect(normalize(withGain(norm, gain), 0.5, d)).toBeCloseTo(normalize(norm, 0.5 * gain, d), 10);
  }
});

test('parameters that are not finite are refused', () => {
  expect(() => foldThreshold({ ...identity, mean: Number.NaN }, 1, 0.5, 1)).toThrow(NotFiniteError);
});
