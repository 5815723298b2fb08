/**
 * Folds a batch norm and an activation behind an integer sum into one integer threshold.
 *
 * A training graph computes, for each channel,
 *
 *     y = gamma * (unit * d - mean) / sqrt(variance + epsilon) + beta,   bit = [y >= level]
 *
 * where d is an integer and `unit` its real value per 1 (the weights' scale, times 1/2 behind a ternary
 * activation). y is monotone in d, so the bit is [d >= t] where gamma > 0 and [d < t] where gamma < 0. Where
 * gamma = 0 it is constant. On paper t = ceil((mean + (level - beta) sqrt(variance + epsilon) / gamma) /
 * unit).
 *
 * Rounding rule: the value of y in float64, in the order written above, decides. Each of its steps is
 * monotone in float64 too, so bisection finds t, and the result equals that evaluation for every d, ties
 * included.
 */
import type { ChannelNorm } from './channel-norm.js';
import { notFinite } from './errors.js';

/** `bit = invert ? d < threshold : d >= threshold` */
export interface IntegerThreshold {
  threshold: number;
  invert: 0 | 1;
}

/** Evaluates y of the formula above in float64. */
export function normalize(norm: ChannelNorm, unit: number, d: number): number {
  return norm.gamma * ((unit * d - norm.mean) / Math.sqrt(norm.variance + norm.epsilon)) + norm.beta;
}

/**
 * @param unit the real value of 1 in d, above 0
 * @param level the activation's threshold
 * @param limit the bound of |d|; the threshold lies in -limit..limit + 1
 * @throws {TrainingError} with code `not-finite`
 */
export function foldThreshold(
  norm: ChannelNorm,
  unit: number,
  level: number,
  limit: number,
): IntegerThreshold {
  if (![...Object.values(norm), unit].every(Number.isFinite)) throw notFinite();
  const bit = (d: number) => normalize(norm, unit, d) >= level;
  const invert = norm.gamma < 0;
  // Finds the smallest d for which the comparison d >= threshold must hold; limit + 1 if there is none.
  let low = -limit;
  let high = limit + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (bit(middle) !== invert) high = middle;
    else low = middle + 1;
  }
  return { threshold: low, invert: invert ? 1 : 0 };
}
