/**
 * Fixed-point numbers: the values that a residual network carries past its convolutions (the *stream*), in 16 bits.
 *
 *     forward   s(x) = step * clamp(floor(x / step + 1/2), -32768, 32767)
 *     backward  dL/dx = dL/ds where -32768 <= x / step <= 32767, else 0
 *
 * With a step that is a power of two its levels are exact in float32, and so are sums of streams: the training graph
 * adds the very integers that an engine will. Halves round up (floor of the sum, never tf.round, which sends them to
 * even), as everywhere that integers are made.
 *
 * A training step in bfloat16 lets all gradients pass, to save the time.
 *
 * @example fixedPoint(tf.tensor1d([-0.03, 0.03, 700]), 1 / 64) // [-0.03125, 0.03125, 511.984375]
 */

import { stepRounding } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';

/** Steps of the smallest and of the largest number. */
export const FIXED_POINT_RANGE = { least: -32768, most: 32767 } as const;

/** @param step the distance between levels, a power of two */
export function fixedPoint(x: tf.Tensor, step: number): tf.Tensor {
  const quick = stepRounding(step, FIXED_POINT_RANGE);
  if (quick) return quick(x);
  const { least, most } = FIXED_POINT_RANGE;
  const quantize = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as tf.GradSaveFunc)([value]);
    const steps = tf.clipByValue(tf.floor(tf.add(tf.div(value, step), 0.5)), least, most);
    return {
      value: tf.mul(steps, step),
      gradFunc: (dy, saved) => {
        const inside = tf.logicalAnd(
          tf.greaterEqual(saved[0], least * step),
          tf.lessEqual(saved[0], most * step),
        );
        return tf.mul(dy, tf.cast(inside, 'float32'));
      },
    };
  });
  return quantize(x);
}
