import * as tf from '../tensorflow/index.js';
import { fakeQuantize } from './native/fake-quantization.js';
import type { Library } from './native/library.js';
import { stepPrecision } from './precision.js';

/**
 * Returns the faster rounding to fixed-point numbers for a training step in bfloat16. It takes one pass
 * forward and none backward, since it passes the gradients of numbers beyond the range too.
 *
 * @param range the smallest and the largest number, in steps; their count is a power of two
 * @returns undefined outside of such a step
 */
export function stepRounding(
  step: number,
  { min, max }: { min: number; max: number },
): ((x: tf.Tensor) => tf.Tensor) | undefined {
  if (stepPrecision() !== 'bfloat16' || tf.getBackend() !== 'tensorflow') return;
  const library = tf.backend() as unknown as Library;
  const levels = { min: min * step, max: max * step, bits: Math.log2(max - min + 1) };
  return tf.customGrad((x) => ({
    value: fakeQuantize(library, x as tf.Tensor, levels),
    gradFunc: (dy: tf.Tensor) => dy,
  }));
}
