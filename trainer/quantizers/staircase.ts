/**
 * A staircase from 0 to 1: what an activation of n + 1 levels does to a number.
 *
 *     levels       0, 1/n, 2/n, ... 1
 *     thresholds   t_k = t_1 + (k - 1) h,   k = 1..n,   h = 1/n
 *     q(x) = (how many t_k <= x) / n
 *
 * On [0, 1] with equal steps t_1 = h/2: binary n = 1, t = 1/2; ternary n = 2, t = 1/4, 3/4; b bits n = 2^b - 1. The
 * levels come from comparisons, never from rounding: tf.round sends halves to even, and x = 3/4 would fall on the
 * wrong side of a ternary step.
 *
 * @example climb(tf.tensor1d([0.2, 0.25, 0.75]), staircase(3)) // [0, 0.5, 1]
 */

import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';

export interface Staircase {
  /** n, how many thresholds. */
  readonly steps: number;
  /** t_1, the least input that leaves level 0. */
  readonly first: number;
}

/** More would be a comparison each, and no network is trained with them. */
const MOST_LEVELS = 256;

export class InvalidLevelsError extends UsageError {
  override readonly name = 'InvalidLevelsError';
}

/**
 * @param levels from 2 to 256: 2 is binary, 3 ternary, 2^b what b bits hold
 * @throws InvalidLevelsError
 */
export function staircase(levels: number): Staircase {
  if (!Number.isInteger(levels) || levels < 2 || levels > MOST_LEVELS) {
    throw new InvalidLevelsError(
      `An activation cannot have ${levels} levels; give a whole number from 2 to ${MOST_LEVELS}.`,
    );
  }
  const steps = levels - 1;
  return { steps, first: 0.5 / steps };
}

/** t_1 .. t_n, ascending. */
export function thresholdsOf({ steps, first }: Staircase): number[] {
  return Array.from({ length: steps }, (_, k) => first + k / steps);
}

/** q(x), in float32. */
export function climb(x: tf.Tensor, stairs: Staircase): tf.Tensor {
  return tf.tidy(() => {
    const passed = thresholdsOf(stairs).map((threshold) => tf.cast(tf.greaterEqual(x, threshold), 'float32'));
    const count = passed.reduce((sum, one) => tf.add(sum, one));
    if (stairs.steps === 1) return count;
    // 1/2 is exact, and a product is quicker than a quotient.
    return stairs.steps === 2 ? tf.mul(count, 0.5) : tf.div(count, stairs.steps);
  });
}
