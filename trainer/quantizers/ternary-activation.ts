/**
 * The ternary activation is the sum of two coupled binary ones (Kim et al. 2020, arXiv 2002.06517).
 *
 *     forward   tern(x) = 0 where x < 1/4,  1/2 where 1/4 <= x < 3/4,  1 where 3/4 <= x
 *                       = 1/2 [ b(x; t = 3/4) + b(x; t = 1/4) ]
 *     backward  dL/dx = dL/dtern where 0 < x < 1, else 0      (ReLU1, unless another surrogate is given)
 *
 * Three levels follow the ramp more closely than two, so the straight-through gradient is nearer to the real
 * one, as mismatch/ measures. Networks are trained with ternary activations, then decoupled (decouple.ts).
 *
 * @example ternaryActivation(tf.tensor1d([0.2, 0.25, 0.75])) // [0, 0.5, 1]
 */
import type * as tf from '../tensorflow/index.js';
import { quantizedActivation } from './quantized-activation.js';
import { staircase, thresholdsOf } from './staircase.js';
import type { Surrogate } from './surrogates/index.js';

const TERNARY = staircase(3);
const [half, one] = thresholdsOf(TERNARY);

/** The smallest inputs that give 1/2 and 1. */
export const TERNARY_THRESHOLDS = { half, one } as const;

/**
 * Applies the ternary activation.
 *
 * @param surrogate the surrogate of the backward pass; default: ReLU1
 */
export function ternaryActivation(x: tf.Tensor, surrogate?: Surrogate): tf.Tensor {
  return quantizedActivation(x, TERNARY, surrogate);
}
