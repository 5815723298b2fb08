import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BIAS_LIMIT, int8Weights, integerBias } from './int8-weights.js';

it('scales by the largest weight, and rounds halves up', () => {
  const scale = Math.fround(1 / 127);
  expect(int8Weights(Float32Array.of(1, -1, 0, 0.5))).toEqual({
    values: Int8Array.of(127, -127, 0, 64),
    scale,
  });
  expect(int8Weights(Float32Array.of(127, -2.5, 2.5)).values).toEqual(Int8Array.of(127, -2, 3));
});

it('keeps zeros, and has the scale NaN if a weight is NaN', () => {
  expect(int8Weights(new Float32Array(2)).values).toEqual(new Int8Array(2));
  expect(int8Weights(Float32Array.of(1, Number.NaN)).scale).toBeNaN();
});

it('is within half a step of every weight, and has the same integers for half the weights', () => {
  const normal = fc.float({ min: Math.fround(1e-30), max: 1e6, noNaN: true });
  const weight = fc.tuple(normal, fc.boolean()).map(([size, up]) => (up ? size : -size));
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1 }), (list) => {
      const weights = Float32Array.from(list);
      const { values, scale } = int8Weights(weights);
      weights.forEach((w, i) => {
        expect(Math.abs(w - values[i] * scale)).toBeLessThanOrEqual(scale * (0.5 + 1e-5));
      });
      const halves = int8Weights(weights.map((w) => w / 2));
      expect(halves).toEqual({ values, scale: scale / 2 });
    }),
  );
});

it('counts a bias in units, up to half an int32', () => {
  expect(integerBias(Float32Array.of(0.25, -0.25, 1), 0.5)).toEqual(Int32Array.of(1, 0, 2));
  expect(integerBias(Float32Array.of(1e30, -1e30), 1)).toEqual(Int32Array.of(BIAS_LIMIT, -BIAS_LIMIT));
});
