/**
 * A staircase from 0 to 1 is the function of an activation with n + 1 levels.
 *
 *     levels       0, 1/n, 2/n, ... 1
 *     thresholds   t_k = t_1 + (k - 1) h,   k = 1..n,   h = 1/n
 *     q(x) = (number of t_k <= x) / n
 *
 * On [0, 1] with equal steps t_1 = h/2: binary n = 1, t = 1/2; ternary n = 2, t = 1/4, 3/4; b bits n = 2^b -
 * 1. The levels come from comparisons and not from rounding: tf.round rounds halves to even, so x = 3/4 would
 * get the wrong level of a ternary activation.
 *
 * @example climb(tf.tensor1d([0.2, 0.25, 0.75]), staircase(3)) // [0, 0.5, 1]
 */

import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';

export interface Staircase {
  /** n, the number of thresholds. */
  readonly steps: number;
  /** t_1, the smallest input above level 0. */
  readonly first: number;
}

/** Each level costs a comparison, and no network is trained with more. */
const MAX_LEVELS = 256;

/**
 * Makes a staircase on [0, 1] with equal steps.
 *
 * @param levels from 2 to 256: 2 is binary, 3 is ternary, 2^b are the levels of b bits
 * @throws {UsageError} with code `invalid-levels`
 */
export function staircase(levels: number): Staircase {
  if (!Number.isInteger(levels) || levels < 2 || levels > MAX_LEVELS) {
    const expected = `an integer from 2 to ${MAX_LEVELS}`;
    throw new UsageError('invalid-levels', `Invalid number of levels ${levels}; expected ${expected}.`, {
      ...{ received: levels, expected },
    });
  }
  const steps = levels - 1;
  return { steps, first: 0.5 / steps };
}

/** Returns t_1 .. t_n, ascending. */
export function thresholdsOf({ steps, first }: Staircase): number[] {
  return Array.from({ length: steps }, (_, k) => first + k / steps);
}

/** Computes q(x) in float32. */
export function climb(x: tf.Tensor, stairs: Staircase): tf.Tensor {
  return tf.tidy(() => {
    const passed = thresholdsOf(stairs).map((threshold) => tf.cast(tf.greaterEqual(x, threshold), 'float32'));
    const count = passed.reduce((sum, one) => tf.add(sum, one));
    if (stairs.steps === 1) return count;
    // 1/2 is exact, and a product is faster than a quotient.
    return stairs.steps === 2 ? tf.mul(count, 0.5) : tf.div(count, stairs.steps);
  });
}
