/** The channels of a batch norm. */
import type * as tf from '../tensorflow/index.js';
import type { ChannelNorm } from './fold.js';

/** Leaves every value as it is. */
export const NO_NORM: ChannelNorm = { gamma: 1, beta: 0, mean: 0, variance: 1, epsilon: 0 };

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
