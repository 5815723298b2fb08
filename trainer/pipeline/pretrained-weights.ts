/** Training that starts from a trained network: for another cycle of its schedule, or for other images. */

import { IncompatibleDataError } from '../errors.js';
import type * as tf from '../tensorflow/index.js';

/**
 * Copies all weights of a network into another with the same layers, including real-valued latent weights and batch norm
 * statistics. The optimizer state is not copied. If the numbers of classes differ, the layer of logits keeps its weights.
 *
 * @throws {IncompatibleDataError} `pretrained-mismatch`, naming the first weights that differ in shape; `model` is unchanged
 */
export function copyWeights(model: tf.LayersModel, pretrained: tf.LayersModel): void {
  if (model.weights.length !== pretrained.weights.length) {
    throw mismatch(
      `has ${pretrained.weights.length} weight tensors; expected ${model.weights.length}`,
      pretrained.weights.length,
      String(model.weights.length),
    );
  }
  const layers = withWeights(model);
  const others = withWeights(pretrained);
  const classCount = ({ outputs }: tf.LayersModel) => outputs[0].shape.at(-1);
  const logits = classCount(model) === classCount(pretrained) ? undefined : layers.at(-1);
  for (const [i, layer] of layers.entries()) {
    for (const [j, { name, shape }] of layer.weights.entries()) {
      const size = (shape: tf.Shape = []) => (layer === logits ? shape.slice(0, -1) : shape).join(' x ');
      const has = size(others[i]?.weights[j]?.shape);
      if (has === size(shape)) continue;
      throw mismatch(
        `has ${has || 'no'} weights for ${name}; expected ${size(shape)}`,
        has || 'none',
        size(shape),
      );
    }
  }
  for (const [i, layer] of layers.entries()) if (layer !== logits) layer.setWeights(others[i].getWeights());
}

function withWeights({ layers }: tf.LayersModel): tf.layers.Layer[] {
  return layers.filter(({ weights }) => weights.length > 0);
}

function mismatch(problem: string, received: unknown, expected: string): IncompatibleDataError {
  const message = `The pretrained network ${problem}; use the same network and options for both.`;
  return new IncompatibleDataError('pretrained-mismatch', message, { received, expected });
}
