import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChannelNorm, NotFiniteError, normalize } from './fold.js';
import { foldFixedPoint } from './fold-fixed-point.js';

const identity = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

function steps(norms: ChannelNorm[], unit: number, step: number, channel: number, d: number): number {
  const { multipliers, offsets, shift } = foldFixedPoint(norms, unit, step);
  const scaled = (BigInt(d) * BigInt(multipliers[channel]) + offsets[channel]) >> BigInt(shift);
  return Math.min(Math.max(Number(scaled), 0), 255);
}

test('rounds to the nearest step, halves up, and clamps', () => {
  const at = (d: number) => steps([identity], 0.25, 0.5, 0, d);
  expect([-9, 0, 1, 2, 3, 4, 5000].map(at)).toEqual([0, 0, 1, 1, 2, 2, 255]);
});

test('is the float64 evaluation, but for values within a hair of a half', () => {
  const number = fc.double({ min: -4, max: 4, noNaN: true });
  const norm = fc.record({
    gamma: number,
    beta: number,
    mean: fc.double({ min: -100, max: 100, noNaN: true }),
    variance: fc.double({ min: 0, max: 100, noNaN: true }),
    epsilon: fc.constant(1e-3),
  });
  const norms = fc.array(norm, { minLength: 1, maxLength: 4 });
  const unit = fc.double({ min: 1e-4, max: 1, noNaN: true });
  fc.assert(
    fc.property(norms, unit, fc.integer({ min: -5000, max: 5000 }), (channels, unit, d) => {
      channels.forEach((norm, channel) => {
        const exact = normalize(norm, unit, d) / (1 / 16) + 0.5;
        if (Math.abs(exact - Math.round(exact)) < 1e-4) return;
        expect(steps(channels, unit, 1 / 16, channel, d)).toBe(Math.min(Math.max(Math.floor(exact), 0), 255));
      });
    }),
    { numRuns: 500 },
  );
});

test('averages of streams round exactly, halves up, for every number of terms', () => {
  const terms = fc.integer({ min: 1, max: 255 });
  const share = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(terms, share, fc.boolean(), (n, share, tie) => {
      const near = Math.floor(share * 32767 * n);
      // A sum whose average is a half, where there is one.
      const d = tie && n % 2 === 0 ? Math.floor(near / n) * n + n / 2 : near;
      const { multipliers, offsets, shift } = foldFixedPoint([identity], 1 / (64 * n), 1 / 64, 32768 * n);
      const average = (BigInt(d) * BigInt(multipliers[0]) + offsets[0]) >> BigInt(shift);
      expect(Number(average)).toBe(Math.floor((2 * d + n) / (2 * n)));
    }),
    { numRuns: 2000 },
  );
});

test('parameters that are not finite are refused', () => {
  expect(() => foldFixedPoint([{ ...identity, gamma: Infinity }], 1, 1)).toThrow(NotFiniteError);
});
