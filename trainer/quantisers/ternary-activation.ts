/**
 * The ternary activation: the sum of two coupled binary ones (Kim et al. 2020, arXiv 2002.06517).
 *
 *     forward   tern(x) = 0 where x < 1/4,  1/2 where 1/4 <= x < 3/4,  1 where 3/4 <= x
 *                       = 1/2 [ b(x; t = 3/4) + b(x; t = 1/4) ]
 *     backward  dL/dx = dL/dtern where 0 < x < 1, else 0
 *
 * Three levels follow the ramp they stand for more closely than two, so the straight-through gradient is nearer the
 * true one: train with these, then take the pair apart (see decouple.ts). The levels come from comparisons, never
 * from rounding: tf.round sends halves to even, and x = 3/4 would fall on the wrong side.
 *
 * @example ternaryActivation(tf.tensor1d([0.2, 0.25, 0.75])) // [0, 0.5, 1]
 */
import * as tf from '@tensorflow/tfjs';
import { passBetween } from './binary-activation.js';

/** The least inputs that give 1/2 and 1. */
export const TERNARY_THRESHOLDS = { half: 0.25, one: 0.75 } as const;

export function ternaryActivation(x: tf.Tensor): tf.Tensor {
  return quantise(x);
}

const quantise = tf.customGrad((input, save) => {
  const x = input as tf.Tensor;
  (save as tf.GradSaveFunc)([x]);
  const half = tf.cast(tf.greaterEqual(x, TERNARY_THRESHOLDS.half), 'float32');
  const one = tf.cast(tf.greaterEqual(x, TERNARY_THRESHOLDS.one), 'float32');
  return {
    value: tf.mul(tf.add(half, one), 0.5),
    gradFunc: (dy, saved) => passBetween(dy, saved[0], 0, 1),
  };
});
