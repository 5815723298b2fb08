/**
 * Fixed-point numbers of 16 bits hold the values of a residual *stream*, which bypass the convolutions.
 *
 *     forward   s(x) = step * clamp(floor(x / step + 1/2), -32768, 32767)
 *     backward  dL/dx = dL/ds where -32768 <= x / step <= 32767, else 0
 *
 * If the step is a power of two, the levels and the sums of streams are exact in float32, so the training
 * graph adds the same integers as an engine. Halves round up, by floor and not by tf.round, which rounds them
 * to even.
 *
 * A training step in bfloat16 passes all gradients, to save time.
 *
 * @example fixedPoint(tf.tensor1d([-0.03, 0.03, 700]), 1 / 64) // [-0.03125, 0.03125, 511.984375]
 */

import { stepRounding } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';

/** The smallest and the largest number, in steps. */
export const FIXED_POINT_RANGE = { min: -32768, max: 32767 } as const;

/**
 * Rounds to fixed-point numbers.
 *
 * @param step the distance between levels, a power of two
 */
export function fixedPoint(x: tf.Tensor, step: number): tf.Tensor {
  const quick = stepRounding(step, FIXED_POINT_RANGE);
  if (quick) return quick(x);
  const { min, max } = FIXED_POINT_RANGE;
  const quantize = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as tf.GradSaveFunc)([value]);
    const steps = tf.clipByValue(tf.floor(tf.add(tf.div(value, step), 0.5)), min, max);
    return {
      value: tf.mul(steps, step),
      gradFunc: (dy, saved) => {
        const inside = tf.logicalAnd(
          tf.greaterEqual(saved[0], min * step),
          tf.lessEqual(saved[0], max * step),
        );
        return tf.mul(dy, tf.cast(inside, 'float32'));
      },
    };
  });
  return quantize(x);
}
