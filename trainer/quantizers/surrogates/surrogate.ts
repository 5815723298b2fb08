/**
 * A surrogate S replaces a staircase q in the backward pass: dL/dx = dL/dq * S'(x).
 *
 * Most surrogates are defined for one step, as a function s of the distance from its threshold in steps,
 * which rises from about 0 to about 1. A staircase gets one for each of its steps:
 *
 *     S(x) = h * sum_k s(u_k),   S'(x) = sum_k s'(u_k),   u_k = (x - t_k) / h
 *
 * So every surrogate is defined for any number of levels by s alone.
 */
import * as tf from '../../tensorflow/index.js';
import { type Staircase, thresholdsOf } from '../staircase.js';

export interface Surrogate {
  /** The name in options and saved models. */
  readonly name: string;
  /** Computes S(x), for plots and tests. Training needs only the slope. */
  value(x: number, stairs: Staircase): number;
  /** Computes S'(x) element by element. */
  slope(x: tf.Tensor, stairs: Staircase): tf.Tensor;
}

/** A surrogate of one step, where u is the distance from its threshold in steps. */
export interface StepSurrogate {
  readonly name: string;
  /** s(u) */
  value(u: number): number;
  /** s'(u) */
  slope(u: tf.Tensor): tf.Tensor;
}

/** Makes a surrogate of staircases from one of a step. */
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
