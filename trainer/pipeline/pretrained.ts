/** Training that begins with a trained network's weights: a further cycle of its schedule, or other images. */

import { UsageError } from '@bd-edge/sdk/internal';
import type * as tf from '../tensorflow/index.js';

/** A trained network whose weights do not go into the one to be trained. */
export class UnfitPretrainedError extends UsageError {
  override readonly name = 'UnfitPretrainedError';
}

/**
 * Gives a network the weights of another with the same layers; real-valued latent weights and the statistics of batch
 * normalization are among them. The optimizer's state is not: it begins afresh. Where the two tell another number of
 * classes apart, the layer of logits keeps the weights that it has.
 *
 * @throws UnfitPretrainedError naming the first weights that differ in shape; the network is as it was
 */
export function takeWeights(model: tf.LayersModel, pretrained: tf.LayersModel): void {
  if (model.weights.length !== pretrained.weights.length) {
    throw new UnfitPretrainedError(
      `The pretrained network has ${pretrained.weights.length} arrays of weights, and the one to train has ${model.weights.length}; name the same network and options.`,
    );
  }
  const layers = withWeights(model);
  const others = withWeights(pretrained);
  const classes = ({ outputs }: tf.LayersModel) => outputs[0].shape.at(-1);
  const logits = classes(model) === classes(pretrained) ? undefined : layers.at(-1);
  for (const [i, layer] of layers.entries()) {
    for (const [j, { name, shape }] of layer.weights.entries()) {
      const size = (shape: tf.Shape = []) => (layer === logits ? shape.slice(0, -1) : shape).join(' x ');
      const has = size(others[i]?.weights[j]?.shape);
      if (has === size(shape)) continue;
      throw new UnfitPretrainedError(
        `The pretrained network has ${has || 'no'} weights where ${name} has ${size(shape)}; name the same network and options.`,
      );
    }
  }
  for (const [i, layer] of layers.entries()) if (layer !== logits) layer.setWeights(others[i].getWeights());
}

function withWeights({ layers }: tf.LayersModel): tf.layers.Layer[] {
  return layers.filter(({ weights }) => weights.length > 0);
}
