import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import { type ChannelNorm, withGain } from './channel-norm.js';
import { foldThreshold, normalize } from './fold-threshold.js';

const identity = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

test('a positive gamma sets the bit from the threshold on', () => {
  expect(foldThreshold(identity, 0.1, 0.5, 100)).toEqual({ threshold: 5, invert: 0 });
});

test('a negative gamma sets the bit below the threshold', () => {
  // -0.1 d >= 0.5 holds up to d = -5
  expect(foldThreshold({ ...identity, gamma: -1 }, 0.1, 0.5, 100)).toEqual({ threshold: -4, invert: 1 });
});

test('beta alone decides the bit if gamma is 0', () => {
  expect(foldThreshold({ ...identity, gamma: 0, beta: 0.5 }, 1, 0.5, 7)).toEqual({
    threshold: -7,
    invert: 0,
  });
  expect(foldThreshold({ ...identity, gamma: 0, beta: 0.4 }, 1, 0.5, 7)).toEqual({ threshold: 8, invert: 0 });
});

test('the integer comparison equals the float64 evaluation for every sum, ties included', () => {
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
      const { threshold, invert } = foldThreshold(norm, unit, level, 60);
      for (let d = -60; d <= 60; d++) {
        expect(invert ? d < threshold : d >= threshold).toBe(normalize(norm, unit, d) >= level);
      }
    }),
    { numRuns: 1000 },
  );
});

test('withGain divides mean, variance and epsilon', () => {
  for (const variance of [0, 1e-6, 2]) {
    const norm = { gamma: -1.5, beta: 0.25, mean: 0.75, variance, epsilon: 1e-3 };
    for (const [gain, d] of [
      [4, 3],
      [0.125, -20],
    ])
      expect(normalize(withGain(norm, gain), 0.5, d)).toBeCloseTo(normalize(norm, 0.5 * gain, d), 10);
  }
});

test('rejects parameters that are not finite', () => {
  expect(codeOf(() => foldThreshold({ ...identity, mean: Number.NaN }, 1, 0.5, 1))).toBe('not-finite');
});
