import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { binaryActivation } from './binary-activation.js';

beforeAll(async () => {
  await selectBackend();
});

/** The activation of `values`, and its gradient for an incoming gradient of 3. */
function run(values: number[], threshold?: number): { outputs: number[]; gradients: number[] } {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x) => binaryActivation(x, threshold))(
      tf.tensor1d(values),
      tf.fill([values.length], 3),
    );
    return { outputs: Array.from(value.dataSync()), gradients: Array.from(grad.dataSync()) };
  });
}

it('is 1 from its threshold on, and passes gradients half a step to each side', () => {
  expect(run([-0.1, 0, 0.1, 0.49, 0.5, 0.9, 1])).toEqual({
    outputs: [0, 0, 0, 0, 1, 1, 1],
    gradients: [0, 0, 3, 3, 3, 3, 0],
  });
  expect(run([0.25, 0.7, 0.75, 1.2, 1.25], 0.75)).toEqual({
    outputs: [0, 0, 1, 1, 1],
    gradients: [0, 3, 3, 3, 0],
  });
});

it('compares in float32 for any input', () => {
  // The native backend takes subnormal numbers for 0.
  const number = fc
    .float({ noNaN: true, noDefaultInfinity: true })
    .map((x) => (Math.abs(x) < 2 ** -126 ? 0 : x));
  const values = fc.array(number, { minLength: 1 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.25, 0.5, 0.75), (xs, threshold) => {
      const { outputs, gradients } = run(xs, threshold);
      expect(outputs).toEqual(xs.map((x) => (x >= threshold ? 1 : 0)));
      expect(gradients).toEqual(xs.map((x) => (x > threshold - 0.5 && x < threshold + 0.5 ? 3 : 0)));
    }),
  );
});
