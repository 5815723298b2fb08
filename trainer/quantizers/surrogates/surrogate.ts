/**
 * A surrogate S stands in for a staircase q in the backward pass: dL/dx = dL/dq * S'(x).
 *
 * Most are defined for one step, as a function s of the distance from its threshold in steps, which rises from about 0
 * to about 1, and a staircase gets one for each of its steps:
 *
 *     S(x) = h * sum_k s(u_k),   S'(x) = sum_k s'(u_k),   u_k = (x - t_k) / h
 *
 * so that every surrogate is defined for every number of levels, and s alone says what it is.
 */
import * as tf from '../../tensorflow/index.js';
import { type Staircase, thresholdsOf } from '../staircase.js';

export interface Surrogate {
  /** As the command and saved models write it. */
  readonly name: string;
  /** S(x): for plots and tests; training needs the slope alone. */
  value(x: number, stairs: Staircase): number;
  /** S'(x), element by element. */
  slope(x: tf.Tensor, stairs: Staircase): tf.Tensor;
}

/** A surrogate of one step, u in steps from its threshold. */
export interface StepSurrogate {
  readonly name: string;
  /** s(u) */
  value(u: number): number;
  /** s'(u) */
  slope(u: tf.Tensor): tf.Tensor;
}

/** The surrogate of staircases whose every step has `step`'s. */
export function overSteps(step: StepSurrogate): Surrogate {
  return {
    name: step.name,
    value(x, stairs) {
      const sum = thresholdsOf(stairs).reduce((s, t) => s + step.value((x - t) * stairs.steps), 0);
      return sum / stairs.steps;
    },
    slope(x, stairs) {
      return tf.tidy(() => {
        const slopes = thresholdsOf(stairs).map((t) => step.slope(tf.mul(tf.sub(x, t), stairs.steps)));
        return slopes.reduce((sum, slope) => tf.add(sum, slope));
      });
    },
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
