/**
 * ApproxSign is Polynomial at twice the width: a whole step to each side of the threshold.
 *
 *     s(u) = (1 + P(u)) / 2,   s'(u) = max(0, 1 - |u|),   P as in polynomial.ts
 *
 * It is Bi-Real Net's surrogate (Liu et al. 2018, arXiv 1808.00278) with the same width, although sign(x) =
 * -1, +1 becomes a step from 0 to 1. So the slope at the threshold is 1, and the gradients of neighboring
 * steps overlap.
 */
import * as tf from '../../tensorflow/index.js';
import { parabolas } from './polynomial.js';
import { overSteps } from './surrogate.js';

export const APPROX_SIGN = overSteps({
  name: 'approx-sign',
  value: (u) => (1 + parabolas(u)) / 2,
  slope: (u) => tf.relu(tf.sub(1, tf.abs(u))),
});
