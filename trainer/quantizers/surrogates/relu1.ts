/**
 * ReLU1 is the clipped identity (hard tanh for levels 0 and 1), the ramp that the staircase rounds.
 *
 *     s(u) = clamp(u + 1/2, 0, 1)
 *     S(x) = clamp(x - a, 0, 1),   a = t_1 - h/2;   S'(x) = 1 where a < x < a + 1, else 0
 *
 * The ramps of neighboring steps join into one, so S is defined for all steps at once. A sum over steps would
 * have to decide to which step an input between two belongs.
 *
 * Source: Hubara et al. 2016, arXiv 1602.02830; for more levels Zhou et al. 2016, arXiv 1606.06160.
 */
import * as tf from '../../tensorflow/index.js';
import type { Staircase } from '../staircase.js';
import { clamp, type Surrogate } from './surrogate.js';

export const RELU1: Surrogate = {
  name: 'relu1',
  value: (x, stairs) => clamp(x - foot(stairs), 0, 1),
  slope(x, stairs) {
    const low = foot(stairs);
    return tf.tidy(() => tf.cast(tf.logicalAnd(tf.greater(x, low), tf.less(x, low + 1)), 'float32'));
  },
};

function foot({ steps, first }: Staircase): number {
  return first - 0.5 / steps;
}
