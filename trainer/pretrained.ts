/** Training that begins with a trained network's weights: a further cycle of its schedule, or other images. */
import type * as tf from '@tensorflow/tfjs';
import { UsageError } from '../sdk/errors.js';

/** A trained network whose weights do not go into the one to be trained. */
export class UnfitPretrainedError extends UsageError {
  override readonly name = 'UnfitPretrainedError';
}

/**
 * Gives a network the weights of another with the same layers; real-valued latent weights and the statistics of batch
 * normalisation are among them. The optimiser's state is not: it begins afresh.
 *
 * @throws UnfitPretrainedError naming the first weights that differ in shape; the network is as it was
 */
export function takeWeights(model: tf.LayersModel, pretrained: tf.LayersModel): void {
  if (model.weights.length !== pretrained.weights.length) {
    throw new UnfitPretrainedError(
      `The pretrained network has ${pretrained.weights.length} arrays of weights, and the one to train has ${model.weights.length}; name the same network and options.`,
    );
  }
  for (const [index, { name, shape }] of model.weights.entries()) {
    const has = pretrained.weights[index].shape.join(' x ');
    const needs = shape.join(' x ');
    if (has === needs) continue;
    throw new UnfitPretrainedError(
      `The pretrained network has ${has} weights where ${name} has ${needs}; name the same network and options.`,
    );
  }
  model.setWeights(pretrained.getWeights());
}
