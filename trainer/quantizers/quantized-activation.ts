/**
 * A quantized activation is a staircase forward and a surrogate backward:
 *
 *     forward   q(x), the staircase (staircase.ts)
 *     backward  dL/dx = dL/dq * S'(x), S the surrogate that replaces q (surrogates/)
 *
 * The gradient of a staircase itself is useless, since it is zero everywhere except at the jumps. (This is
 * the straight-through estimator; Bengio et al. 2013, arXiv 1308.3432.)
 *
 * @example quantizedActivation(tf.tensor1d([0.1, 0.5, 0.9]), staircase(4)) // 2 bits: [0, 2/3, 1]
 */

import { stepStaircase } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { climb, type Staircase } from './staircase.js';
import { RELU1, type Surrogate } from './surrogates/index.js';

/**
 * Applies a quantized activation.
 *
 * @param surrogate the surrogate of the backward pass; default: ReLU1
 */
export function quantizedActivation(
  x: tf.Tensor,
  stairs: Staircase,
  surrogate: Surrogate = RELU1,
): tf.Tensor {
  const fused = surrogate === RELU1 ? stepStaircase(stairs) : undefined;
  const quantize = tf.customGrad((input, save) => {
    const value = input as tf.Tensor;
    (save as tf.GradSaveFunc)([value]);
    return {
      value: fused ? fused.climb(value) : climb(value, stairs),
      gradFunc: (dy, [saved]) =>
        fused ? fused.gradient(dy, saved) : tf.tidy(() => tf.mul(dy, surrogate.slope(saved, stairs))),
    };
  });
  return quantize(x);
}
