/**
 * Polynomial has two parabolas, over the same width as ReLU1. Its slope falls linearly from the threshold.
 *
 *     P(v) = 2 v + v^2 where -1 <= v < 0,  2 v - v^2 where 0 <= v < 1,  else the sign of v
 *     s(u) = (1 + P(2 u)) / 2,   s'(u) = max(0, 2 - 4 |u|)
 *
 * Source: Liu et al. 2018 (Bi-Real Net), arXiv 1808.00278, where P replaces a sign. Here its width is that of
 * one step. ApproxSign is the same P at twice the width.
 */
import * as tf from '../../tensorflow/index.js';
import { clamp, overSteps } from './surrogate.js';

/** Computes Bi-Real Net's P, which rises from -1 to 1 over [-1, 1]. */
export function parabolas(v: number): number {
  const inside = clamp(v, -1, 1);
  return 2 * inside - inside * Math.abs(inside);
}

export const POLYNOMIAL = overSteps({
  name: 'polynomial',
  value: (u) => (1 + parabolas(2 * u)) / 2,
  slope: (u) => tf.relu(tf.sub(2, tf.mul(tf.abs(u), 4))),
});
