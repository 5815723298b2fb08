/**
 * Folding: a batch norm and an activation behind an integer sum become one integer threshold.
 *
 * A training graph computes, for each channel,
 *
 *     y = gamma * (unit * d - mean) / sqrt(variance + epsilon) + beta,   bit = [y >= level]
 *
 * where d is a whole number and `unit` what 1 stands for (the weights' scale, times 1/2 behind a ternary
 * activation). y is monotone in d, so the bit is [d >= t] where gamma > 0 and [d < t] where gamma < 0; where
 * gamma = 0 it is constant. On paper t = ceil((mean + (level - beta) sqrt(variance + epsilon) / gamma) / unit).
 *
 * Rounding rule: y as float64 computes it, in the order written above, decides. Each of its steps is monotone in
 * float64 too, so t is found by bisection and equals that evaluation for every d, ties included.
 */
import { BdEdgeError } from '@bd-edge/sdk/internal';

/** One channel of a batch norm. */
export interface ChannelNorm {
  gamma: number;
  beta: number;
  mean: number;
  /** at least 0 */
  variance: number;
  epsilon: number;
}

/** `bit = below ? d < threshold : d >= threshold` */
export interface IntegerThreshold {
  threshold: number;
  below: 0 | 1;
}

/** A trained parameter is NaN or infinite. */
export class NotFiniteError extends BdEdgeError {
  override readonly name = 'NotFiniteError';

  /** @param layer where it is known */
  constructor(readonly layer?: string) {
    const whose = layer === undefined ? '' : ` of layer "${layer}"`;
    super(`A trained parameter${whose} is not a finite number; train again with a smaller learning rate.`);
  }
}

/** y of the formula above, in float64. */
export function normalize(norm: ChannelNorm, unit: number, d: number): number {
  return norm.gamma * ((unit * d - norm.mean) / Math.sqrt(norm.variance + norm.epsilon)) + norm.beta;
}

/**
 * The norm behind sums that have to be multiplied by `gain` first: gamma (gain x - mean) / s = gamma (x - mean / gain) /
 * (s / gain).
 *
 * @param gain above 0
 */
export function withGain({ gamma, beta, mean, variance, epsilon }: ChannelNorm, gain: number): ChannelNorm {
  const square = gain * gain;
  return { gamma, beta, mean: mean / gain, variance: variance / square, epsilon: epsilon / square };
}

/**
 * @param unit what a step of d stands for, above 0
 * @param level the activation's threshold
 * @param limit d lies in -limit..limit; the threshold in -limit..limit + 1
 * @throws {NotFiniteError}
 */
export function foldThreshold(
  norm: ChannelNorm,
  unit: number,
  level: number,
  limit: number,
): IntegerThreshold {
  if (![...Object.values(norm), unit].every(Number.isFinite)) throw new NotFiniteError();
  const bit = (d: number) => normalize(norm, unit, d) >= level;
  const below = norm.gamma < 0;
  // The smallest d for which the comparison d >= threshold must hold; limit + 1 if there is none.
  let low = -limit;
  let high = limit + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (bit(middle) !== below) high = middle;
    else low = middle + 1;
  }
  return { threshold: low, below: below ? 1 : 0 };
}
