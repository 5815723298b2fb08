import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { climb, RELU1, staircase } from '../../quantizers/index.js';
import * as tf from '../../tensorflow/index.js';
import { inStep } from '../index.js';
import { stepStaircase } from '../step-staircase.js';
import { requireNative } from '../testing.js';

beforeEach(requireNative);

const fused = (levels: number) => inStep('float32', () => stepStaircase(staircase(levels)));

it.each([2, 3, 4, 7, 8, 15, 16])('%i levels: is the comparisons, and ReLU1 backward', (levels) => {
  const stairs = staircase(levels);
  const quick = fused(levels);
  // Sixty-fourths, away from thresholds that are not one: those are float32 numbers that the two may round apart.
  const inputs = fc.array(fc.integer({ min: -64, max: 128 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(inputs, (values) => {
      const x = tf.tensor1d(values.map((value) => (value + 0.3) / 64));
      const dy = tf.tensor1d(values.map((_, i) => i - 3));
      const expected = climb(x, stairs).dataSync();
      quick
        ?.climb(x)
        .dataSync()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i], 6);
        });
      expect(Array.from(quick?.gradient(dy, x).dataSync() ?? [], Math.abs)).toEqual(
        Array.from(tf.mul(dy, RELU1.slope(x, stairs)).dataSync(), Math.abs),
      );
    }),
    { numRuns: 30 },
  );
});

it('includes the thresholds, and has no gradient at the ends of the ramp', () => {
  const x = tf.tensor1d([-0.25, 0, 0.25, 0.5, 0.75, 1, 1.25]);
  expect([...(fused(3)?.climb(x).dataSync() ?? [])]).toEqual([0, 0, 0.5, 0.5, 1, 1, 1]);
  expect([...(fused(3)?.gradient(tf.onesLike(x), x).dataSync() ?? [])]).toEqual([0, 0, 1, 1, 1, 0, 0]);
});

it('is undefined for other levels, other thresholds, and outside of steps', () => {
  expect(fused(6)).toBeUndefined();
  expect(inStep('float32', () => stepStaircase({ steps: 2, first: 0.3 }))).toBeUndefined();
  expect(inStep('float32', () => stepStaircase({ steps: 1, first: 0.3 }))).toBeUndefined();
  expect(stepStaircase(staircase(3))).toBeUndefined();
});
