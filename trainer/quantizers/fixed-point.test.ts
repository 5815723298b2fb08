import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { FIXED_POINT_RANGE, fixedPoint } from './fixed-point.js';

beforeAll(async () => {
  await selectBackend();
});

it('rounds to whole steps, halves up, and clamps; gradients pass inside', () => {
  const x = tf.tensor1d([-9000, -0.375, -0.124, -0.125, 0.125, 0.4, 8191.8, 9000]);
  const { value, grad } = tf.valueAndGrad((input) => fixedPoint(input, 0.25))(x, tf.fill([8], 2));
  expect(Array.from(value.dataSync())).toEqual([-8192, -0.25, 0, 0, 0.25, 0.5, 8191.75, 8191.75]);
  expect(Array.from(grad.dataSync())).toEqual([0, 2, 2, 2, 2, 2, 0, 0]);
});

it('adds fixed-point numbers exactly', () => {
  const { min, max } = FIXED_POINT_RANGE;
  fc.assert(
    fc.property(
      fc.integer({ min: min + 2000, max: max - 2000 }),
      fc.float({ min: -1000, max: 1000, noNaN: true }),
      fc.integer({ min: -8, max: 4 }),
      (steps, other, exponent) => {
        const step = 2 ** exponent;
        // In eighths of a step: float32 then holds the sum.
        const rest = (Math.round(other * 8) / 8) * step;
        const [sum, alone] = tf.tidy(() => {
          const rounded = (x: number) => fixedPoint(tf.scalar(x), step).dataSync()[0];
          return [rounded(steps * step + rest), rounded(rest)];
        });
        expect(sum).toBe(steps * step + alone);
      },
    ),
  );
});
