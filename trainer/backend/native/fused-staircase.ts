/**
 * Computes a quantized activation and its gradient through ReLU1 in few passes over memory, which decide
 * about the time.
 *
 *     forward   floor(clamp(x, 0, 1) * n + 1/2) / n       fake quantization in one pass; n = 1, which it lacks, in three
 *     backward  dL/dx = dL/dq where x - x^2 > 0, which is 0 < x < 1: the gradient of a leaky ReLU with leak 0
 *
 * In float32 the sum with 1/2 may round the number just below a threshold up to it. That does not matter in a
 * training step, but use it for nothing else.
 */
import * as tf from '../../tensorflow/index.js';
import { fakeQuantize } from './fake-quantization.js';
import { FLOAT32, type Library } from './library.js';

export interface FusedStaircase {
  climb(x: tf.Tensor): tf.Tensor;
  /** Computes dL/dx from dL/dq. */
  gradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor;
}

/**
 * Makes the activation with levels 0, 1/steps .. 1 and thresholds half way between them, on the native
 * backend.
 *
 * @returns undefined for numbers of levels other than 2^bits and 2^bits - 1
 */
export function fusedStaircase(steps: number): FusedStaircase | undefined {
  const bits = Math.ceil(Math.log2(steps + 1));
  const spare = 2 ** bits - (steps + 1);
  if (bits > 8 || spare > 1) return undefined;
  const library = tf.backend() as unknown as Library;
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT } = library.binding;
  const noLeak = [
    { name: 'T', type: TF_ATTR_TYPE, value: FLOAT32 },
    { name: 'alpha', type: TF_ATTR_FLOAT, value: 0 },
  ];
  return {
    climb: (x) =>
      bits === 1
        ? tf.tidy(() => tf.clipByValue(tf.floor(tf.add(x, 0.5)), 0, 1))
        : fakeQuantize(library, x, { min: 0, max: 1, bits, narrow: spare === 1 }),
    gradient: (dy, x) =>
      tf.tidy(() => {
        const inside = tf.sub(x, tf.square(x));
        return library.executeSingleOutput('LeakyReluGrad', noLeak, [dy, inside]) as tf.Tensor;
      }),
  };
}
