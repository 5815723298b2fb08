/**
 * How much a binary network still changes: the share of each layer's weights whose sign changed.
 *
 *     flipRatio = #{ i : sign(w_i after) != sign(w_i before) } / #weights
 *
 * A binary weight is only its sign. If the ratios stay high, the learning rate is too high; if they are 0 from early on,
 * it is too low.
 */
import type * as tf from '../tensorflow/index.js';

/** The binary weights, +1 or -1, of each binary layer by its name. */
export type Signs = Record<string, Int8Array>;

/** Returns the signs of a model's binary weights. */
export function signsOf(model: tf.LayersModel): Signs {
  const signs: Signs = {};
  for (const layer of model.layers) if (isBinary(layer)) signs[layer.name] = layer.binaryWeights().signs;
  return signs;
}

/** Returns the flip ratio of each layer, 0..1. */
export function flipRatios(before: Signs, after: Signs): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, signs]) => {
      const former = before[name];
      const flips = signs.reduce((sum, sign, i) => sum + (sign === former[i] ? 0 : 1), 0);
      return [name, flips / signs.length];
    }),
  );
}

function isBinary(layer: tf.layers.Layer): layer is tf.layers.Layer & {
  binaryWeights(): { signs: Int8Array };
} {
  return 'binaryWeights' in layer && typeof layer.binaryWeights === 'function';
}
