/** The channels of a batch norm, as numbers. */
import type * as tf from '../tensorflow/index.js';

/** One channel: `y = gamma * (x - mean) / sqrt(variance + epsilon) + beta`. */
export interface ChannelNorm {
  gamma: number;
  beta: number;
  mean: number;
  /** at least 0 */
  variance: number;
  epsilon: number;
}

/** Leaves every value unchanged. */
export const NO_NORM: ChannelNorm = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

/** Reads the channels of a batch norm layer. */
export function channelNorms(layer: tf.layers.Layer): ChannelNorm[] {
  const { scale, center, epsilon } = layer.getConfig() as {
    scale: boolean;
    center: boolean;
    epsilon: number;
  };
  const weights = layer.getWeights().map((weight) => weight.dataSync());
  const gamma = scale ? weights.shift() : undefined;
  const beta = center ? weights.shift() : undefined;
  const [mean, variance] = weights;
  return Array.from(mean, (_, c) => ({
    gamma: gamma?.[c] ?? 1,
    beta: beta?.[c] ?? 0,
    mean: mean[c],
    variance: variance[c],
    epsilon,
  }));
}

/**
 * Returns the norm of sums that have to be multiplied by `gain` first:
 *
 *     gamma (gain x - mean) / s = gamma (x - mean / gain) / (s / gain)
 *
 * @param gain above 0
 */
export function withGain({ gamma, beta, mean, variance, epsilon }: ChannelNorm, gain: number): ChannelNorm {
  const square = gain * gain;
  return { gamma, beta, mean: mean / gain, variance: variance / square, epsilon: epsilon / square };
}
