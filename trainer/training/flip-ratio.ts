/**
 * How much a binary network still moves: the share of its weights whose sign changed, layer by layer.
 *
 *     flipRatio = #{ i : sign(w_i now) != sign(w_i then) } / #weights
 *
 * A binary weight is nothing but its sign. Ratios that stay high say that the learning rate shakes the network more
 * than it teaches it; ratios at 0 from early on, that it is too low to change anything.
 */
import type * as tf from '../tensorflow/index.js';

/** The binary weights of each layer that has some, +-1, by the layer's name. */
export type Signs = Record<string, Int8Array>;

export function signsOf(model: tf.LayersModel): Signs {
  const signs: Signs = {};
  for (const layer of model.layers) if (isBinary(layer)) signs[layer.name] = layer.binaryWeights().signs;
  return signs;
}

/** @returns by layer, 0..1 */
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
