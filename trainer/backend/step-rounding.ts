import * as tf from '../tensorflow/index.js';
import { fakeQuantize } from './native/fake-quantization.js';
import type { Library } from './native/library.js';
import { stepPrecision } from './precision.js';

/**
 * The quicker way to round to fixed-point numbers that a training step in bfloat16 may take: one pass forward, and none
 * backward, as it leaves out that numbers beyond the range have no gradient.
 *
 * @param range the least and the largest number, in steps; a power of two of them
 * @returns undefined outside of such a step
 */
export function stepRounding(
  step: number,
  { least, most }: { least: number; most: number },
): ((x: tf.Tensor) => tf.Tensor) | undefined {
  if (stepPrecision() !== 'bfloat16' || tf.getBackend() !== 'tensorflow') return;
  const library = tf.backend() as unknown as Library;
  const levels = { least: least * step, most: most * step, bits: Math.log2(most - least + 1) };
  return tf.customGrad((x) => ({
    value: fakeQuantize(library, x as tf.Tensor, levels),
    gradFunc: (dy: tf.Tensor) => dy,
  }));
}
