import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf } from '../../sdk/testing/throws.js';
import type { ChannelNorm } from './channel-norm.js';
import { type FixedPoint, foldFixedPoint } from './fold-fixed-point.js';
import { normalize } from './fold-threshold.js';

const identity = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

const BYTES = [0, 255] as const;
const STREAM = [-32768, 32767] as const;
const LIMIT = 5000;

/** Evaluates as an engine does. */
function stepsOf(
  { multipliers, offsets, shift }: FixedPoint,
  [low, high]: readonly [number, number],
  channel: number,
  d: number,
): number {
  const scaled = (BigInt(d) * BigInt(multipliers[channel]) + offsets[channel]) >> BigInt(shift);
  return Math.min(Math.max(Number(scaled), low), high);
}

function steps(norms: ChannelNorm[], unit: number, step: number, channel: number, d: number): number {
  return stepsOf(foldFixedPoint(norms, { unit, step, range: BYTES, limit: LIMIT }), BYTES, channel, d);
}

test('rounds to the nearest step, halves up, and clamps', () => {
  const at = (d: number) => steps([identity], 0.25, 0.5, 0, d);
  expect([-9, 0, 1, 2, 3, 4, 5000].map(at)).toEqual([0, 0, 1, 1, 2, 2, 255]);
});

test('equals the float64 evaluation, except for values close to a half', () => {
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
      const { multipliers, offsets, shift } = foldFixedPoint([identity], {
        unit: 1 / (64 * n),
        step: 1 / 64,
        range: STREAM,
        limit: 32768 * n,
        raised: true,
      });
      const average = (BigInt(d) * BigInt(multipliers[0]) + offsets[0]) >> BigInt(shift);
      expect(Number(average)).toBe(Math.floor((2 * d + n) / (2 * n)));
    }),
    { numRuns: 2000 },
  );
});

const steep = (gamma: number, mean: number, beta = 0.3): ChannelNorm => {
  return { gamma, beta, mean, variance: 0, epsilon: 1e-3 };
};

test.each([
  ['bytes', BYTES, 1 / 16],
  ['a stream', STREAM, 1 / 64],
] as const)('a steep channel of %s keeps its values at every sum', (_name, range, step) => {
  const [low, high] = range;
  const unit = 0.125;
  const norms = fc
    .tuple(fc.double({ min: 8, max: 24, noNaN: true }), fc.boolean(), fc.integer({ min: -450, max: 450 }))
    .map(([power, negative, center]) => steep((negative ? -1 : 1) * 2 ** power, unit * center));
  fc.assert(
    fc.property(norms, (norm) => {
      const folded = foldFixedPoint([norm], { unit, step, range, limit: 400 });
      for (let d = -400; d <= 400; d++) {
        const exact = normalize(norm, unit, d) / step + 0.5;
        if (Math.abs(exact - Math.round(exact)) < 1e-3) continue;
        expect(stepsOf(folded, range, 0, d)).toBe(Math.min(Math.max(Math.floor(exact), low), high));
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['bytes', BYTES, 23],
  ['a stream', STREAM, 15],
] as const)('a steep channel of %s leaves the other channels a shift', (_name, range, shift) => {
  // Seen in a trained network: the sums of a channel never changed, so its variance is 0.
  const norms = [identity, steep(8518, 3)];
  const folded = foldFixedPoint(norms, { unit: 0.125, step: 1 / 16, range, limit: 576 });
  expect(folded).toMatchObject({ shift, steepest: 1 });
});

test('reports how far a line may be off', () => {
  const options = { unit: 0.1, step: 1 / 16, range: STREAM, limit: 1000 } as const;
  const flat = foldFixedPoint([identity], options);
  const bent = foldFixedPoint([identity, steep(8518, 3)], options);
  expect(flat.error).toBeLessThan(1e-5);
  expect(bent.error).toBeGreaterThan(1e-3);
  for (const { multipliers, shift, error } of [flat, bent])
    expect(Math.abs(multipliers[0] / 2 ** shift - 1.6) * 1000).toBeLessThanOrEqual(error);
});

test('an offset that no sum can reach the range from becomes a constant', () => {
  const far = (beta: number) =>
    foldFixedPoint([{ ...identity, beta }], { unit: 1, step: 1, range: BYTES, limit: 9 });
  expect([-9, 0, 9].map((d) => stepsOf(far(1e30), BYTES, 0, d))).toEqual([255, 255, 255]);
  expect([-9, 0, 9].map((d) => stepsOf(far(-1e30), BYTES, 0, d))).toEqual([0, 0, 0]);
});

test('rejects parameters that are not finite', () => {
  const norms = [{ ...identity, gamma: Number.POSITIVE_INFINITY }];
  expect(codeOf(() => foldFixedPoint(norms, { unit: 1, step: 1, range: BYTES, limit: 1 }))).toBe(
    'not-finite',
  );
});
