import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histogramOf, marginsOf } from './margins.js';

const threshold = (...thresholds: [values: number[], invert: number[]][]) => ({
  kind: 'threshold' as const,
  coupled: false,
  thresholds: thresholds.map(([values, invert]) => ({
    values: Int32Array.from(values),
    invert: Uint8Array.from(invert),
  })),
});

test('two filters at two pixels, the second inverted', () => {
  const margins = marginsOf(
    Int32Array.of(5, 5, 4, 9),
    threshold([
      [5, 6],
      [0, 1],
    ]),
  );
  expect(margins.pictures.map((picture) => [...picture])).toEqual([
    [0.5, -0.5],
    [0.5, -3.5],
  ]);
  expect(margins).toMatchObject({
    fired: 2,
    total: 4,
    nearest: { distance: 0.5, channel: 0, pixel: 0 },
    mean: 1.25,
  });
  expect(histogramOf(margins, 4)).toEqual({ step: 1, set: [2, 0, 0, 0], unset: [1, 0, 0, 1] });
});

test('puts the channels of the second threshold after those of the first', () => {
  const { pictures } = marginsOf(Int32Array.of(3), threshold([[1], [0]], [[9], [0]]));
  expect(pictures.map(([margin]) => margin)).toEqual([2.5, -5.5]);
});

test('a margin is above 0 exactly if the bit is set, and its size is the number of steps that flip the bit', () => {
  const small = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(small, small, fc.boolean(), (sum, at, below) => {
      const bit = (value: number) => (below ? value < at : value >= at);
      const margins = marginsOf(Int32Array.of(sum), threshold([[at], [Number(below)]]));
      const [[margin]] = margins.pictures;
      expect(margin > 0).toBe(bit(sum));
      const steps = Math.ceil(Math.abs(margin));
      expect([bit(sum + steps), bit(sum - steps)]).toContain(!bit(sum));
      expect([bit(sum + steps - 1), bit(sum - steps + 1)]).toEqual([bit(sum), bit(sum)]);
    }),
  );
});

test('counts every bit in one bar', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1 }), (sums) => {
      const margins = marginsOf(Int32Array.from(sums), threshold([[17], [0]]));
      const { set, unset } = histogramOf(margins);
      const count = (bars: number[]) => bars.reduce((sum, bar) => sum + bar, 0);
      expect([count(set), count(set) + count(unset)]).toEqual([margins.fired, margins.total]);
    }),
  );
});
