/**
 * The binary activation: one bit a neuron.
 *
 *     forward   b(x) = 1 where x >= t, else 0
 *     backward  dL/dx = dL/db where t - 1/2 < x < t + 1/2, else 0
 *
 * A step has no useful gradient, so the backward pass is that of the ramp clamp(x - t + 1/2, 0, 1), which the step
 * rounds (the straight-through estimator; Hubara et al. 2016, arXiv 1602.02830). With levels {0,1} a zero-padded
 * pixel is an ordinary 0 bit, so padding is exact on bits.
 *
 * @example binaryActivation(tf.tensor1d([0.4, 0.5, 0.6])) // [0, 1, 1]
 */
import * as tf from '@tensorflow/tfjs';

/** @param threshold the smallest input that gives 1 */
export function binaryActivation(x: tf.Tensor, threshold = 0.5): tf.Tensor {
  const step = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as tf.GradSaveFunc)([value]);
    return {
      value: tf.cast(tf.greaterEqual(value, threshold), 'float32'),
      gradFunc: (dy, saved) => passBetween(dy, saved[0], threshold - 0.5, threshold + 0.5),
    };
  });
  return step(x);
}

/** `dy` where low < x < high, else 0: the gradient of a unit-slope ramp between the two. */
export function passBetween(dy: tf.Tensor, x: tf.Tensor, low: number, high: number): tf.Tensor {
  return tf.tidy(() => tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(x, low), tf.less(x, high)), 'float32')));
}
