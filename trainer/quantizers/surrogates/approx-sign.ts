/**
 * ApproxSign: Polynomial at twice the width, a whole step to each side of the threshold.
 *
 *     s(u) = (1 + P(u)) / 2,   s'(u) = max(0, 1 - |u|),   P as in polynomial.ts
 *
 * This is Bi-Real Net's surrogate with its width kept when a sign(x) of -1, +1 becomes a step of 0, 1 (Liu et al. 2018,
 * arXiv 1808.00278): the slope at the threshold is 1 and the gradient of neighboring steps overlaps.
 */
import * as tf from '../../tensorflow/index.js';
import { parabolas } from './polynomial.js';
import { overSteps } from './surrogate.js';

export const APPROX_SIGN = overSteps({
  name: 'approx-sign',
  value: (u) => (1 + parabolas(u)) / 2,
  slope: (u) => tf.relu(tf.sub(1, tf.abs(u))),
});
