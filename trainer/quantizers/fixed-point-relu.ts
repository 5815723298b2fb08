/**
 * The fixed-point ReLU is an activation of 8 bits, for layers that need more than one bit, such as the last
 * hidden layer of the BinaryDuo paper's VGG.
 *
 *     forward   r(x) = step * clamp(floor(x / step + 1/2), 0, 255)
 *     backward  dL/dx = dL/dr where 0 < x < 255 step, else 0
 *
 * If the step is a power of two, the levels are exact in float32, and the layer behind computes with
 * integers, as the exported network does. Halves round up, by floor and not by tf.round, which rounds them to
 * even.
 *
 * @example fixedPointRelu(tf.tensor1d([-1, 0.03, 0.5]), 1 / 16) // [0, 0, 0.5]
 */
import * as tf from '../tensorflow/index.js';

/** The largest number of steps. */
export const FIXED_POINT_LIMIT = 255;

/**
 * Applies the fixed-point ReLU.
 *
 * @param step the distance between levels, a power of two
 */
export function fixedPointRelu(x: tf.Tensor, step: number): tf.Tensor {
  const quantize = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as tf.GradSaveFunc)([value]);
    const steps = tf.clipByValue(tf.floor(tf.add(tf.div(value, step), 0.5)), 0, FIXED_POINT_LIMIT);
    return {
      value: tf.mul(steps, step),
      gradFunc: (dy, saved) => {
        const inside = tf.logicalAnd(tf.greater(saved[0], 0), tf.less(saved[0], FIXED_POINT_LIMIT * step));
        return tf.mul(dy, tf.cast(inside, 'float32'));
      },
    };
  });
  return quantize(x);
}
