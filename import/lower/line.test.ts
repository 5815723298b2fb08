import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitLines } from './line.js';
import { levelsOf } from './staircase.js';

/** The codes of a clamped line at every sum. */
const codeAt = (slope: number, intercept: number, high: number) => (sum: number) =>
  Math.min(Math.max(Math.floor(slope * sum + intercept), 0), high);

test('fixed-point numbers equal the staircase of a line at every sum', () => {
  const real = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  fc.assert(
    fc.property(real(3), real(300), fc.integer({ min: 1, max: 300 }), (slope, intercept, limit) => {
      const code = codeAt(slope, intercept, 255);
      const direction = slope < 0 ? -1 : 1;
      const levels = levelsOf(code, { low: -limit, high: limit, direction }, 256) ?? [];
      const stairs = {
        low: -limit,
        high: limit,
        levels: levels.map(({ from, value }) => ({ from, code: value })),
      };
      const lines = fitLines([stairs], [0, 255]);
      // A line that meets an integer exactly at a sum can have no margin.
      fc.pre(lines !== undefined);
      for (let sum = -limit; sum <= limit; sum++) {
        const { multipliers, offsets, shift } = lines as NonNullable<typeof lines>;
        const number = Number((BigInt(sum) * BigInt(multipliers[0]) + offsets[0]) >> BigInt(shift));
        expect(Math.min(Math.max(number, 0), 255)).toBe(code(sum));
      }
    }),
  );
});

test('a staircase with uneven steps has no line', () => {
  const levels = [0, 1, 2, 50].map((from, code) => ({ from, code }));
  expect(fitLines([{ low: 0, high: 100, levels }], [0, 255])).toBeUndefined();
});
