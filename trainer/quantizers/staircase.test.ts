import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { climb, staircase, thresholdsOf } from './staircase.js';

beforeAll(async () => {
  await selectBackend();
});

it('puts a threshold in the middle between two levels', () => {
  expect(thresholdsOf(staircase(2))).toEqual([0.5]);
  expect(thresholdsOf(staircase(3))).toEqual([0.25, 0.75]);
  expect(thresholdsOf(staircase(5))).toEqual([0.125, 0.375, 0.625, 0.875]);
});

it('counts the thresholds that an input has reached, for any number of levels', () => {
  const x = fc.float({ min: -1, max: 2, noNaN: true }).map((v) => (Math.abs(v) < 2 ** -126 ? 0 : v));
  fc.assert(
    fc.property(fc.array(x, { minLength: 1 }), fc.integer({ min: 2, max: 16 }), (xs, levels) => {
      const stairs = staircase(levels);
      const got = tf.tidy(() => climb(tf.tensor1d(xs), stairs).dataSync());
      const thresholds = thresholdsOf(stairs).map(Math.fround);
      const expected = xs.map((v) =>
        Math.fround(thresholds.filter((t) => Math.fround(v) >= t).length / stairs.steps),
      );
      expect(Array.from(got)).toEqual(expected);
    }),
  );
});

it('rejects invalid numbers of levels', () => {
  for (const levels of [1, 0, 2.5, 257, Number.NaN]) {
    expect(thrown(() => staircase(levels))).toMatchObject({ code: 'invalid-levels', received: levels });
  }
});
