import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { fixedPoint } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { inStep } from './index.js';
import { stepRounding } from './step-rounding.js';
import { requireNative } from './testing.js';

beforeEach(requireNative);

it('rounds and clamps as the exact operation, except in the middle of two steps', () => {
  // Sixteenths of a step, a little beyond the range, and none of them a half.
  const sixteenths = fc.integer({ min: -32800 * 16, max: 32800 * 16 }).filter((n) => (n & 15) !== 8);
  fc.assert(
    fc.property(
      fc.array(sixteenths, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: -8, max: 4 }),
      (values, exponent) => {
        const step = 2 ** exponent;
        const x = tf.tensor1d(values.map((value) => (value / 16) * step));
        const rounded = inStep('bfloat16', () => fixedPoint(x, step).dataSync());
        expect([...rounded]).toEqual([...fixedPoint(x, step).dataSync()]);
      },
    ),
  );
});

it('passes every gradient', () => {
  const gradient = tf.grad((x) => inStep('bfloat16', () => fixedPoint(x, 0.25)));
  expect([...gradient(tf.tensor1d([-9000, 0.1, 9000]), tf.fill([3], 2)).dataSync()]).toEqual([2, 2, 2]);
});

it('is defined only in steps in bfloat16', () => {
  const range = { min: -8, max: 7 };
  expect(stepRounding(1, range)).toBeUndefined();
  expect(inStep('float32', () => stepRounding(1, range))).toBeUndefined();
  expect(inStep('bfloat16', () => stepRounding(1, range))).toBeDefined();
});
