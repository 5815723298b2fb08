/**
 * The binary activation has one bit.
 *
 *     forward   b(x) = 1 where x >= t, else 0
 *     backward  dL/dx = dL/db where t - 1/2 < x < t + 1/2, else 0
 *
 * The backward pass is that of the ramp clamp(x - t + 1/2, 0, 1), which the step rounds (ReLU1; Hubara et al.
 * 2016, arXiv 1602.02830), unless another surrogate is given. With levels {0, 1} a zero-padded pixel is an
 * ordinary 0 bit, so padding is exact.
 *
 * @example binaryActivation(tf.tensor1d([0.4, 0.5, 0.6])) // [0, 1, 1]
 */
import type * as tf from '../tensorflow/index.js';
import { quantizedActivation } from './quantized-activation.js';
import type { Surrogate } from './surrogates/index.js';

/**
 * Applies the binary activation.
 *
 * @param threshold the smallest input that gives 1
 * @param surrogate the surrogate of the backward pass; default: ReLU1
 */
export function binaryActivation(x: tf.Tensor, threshold = 0.5, surrogate?: Surrogate): tf.Tensor {
  return quantizedActivation(x, { steps: 1, first: threshold }, surrogate);
}
