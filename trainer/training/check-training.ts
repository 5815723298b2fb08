import { UsageError } from '@bd-edge/sdk/internal';
import { requirePrecision, requireTrainableLayers } from '../backend/index.js';
import { requireNoIgnoredOptions } from '../layers/ignored-options.js';
import type * as tf from '../tensorflow/index.js';
import { lossOf } from './loss.js';
import type { TrainOptions } from './train-options.js';

/**
 * Checks a training before its first step and before anything is written.
 *
 * @param model images [batch, height, width, channels] to logits [batch, classes]
 * @throws {UsageError} `not-positive-integer` for numbers of epochs, images or the batch size; `untrainable-network` if the
 *   network has no weights to train or no row of logits; `invalid-loss`; `unsupported-precision`
 * @throws {UnsupportedLayerError} `not-trainable` for a layer that the backend in use cannot train, or whose regularizer or
 *   constraint would be ignored
 */
export function checkTraining(model: tf.LayersModel, options: Omit<TrainOptions, 'seed'>): void {
  const { epochs, batchSize, train, validation, loss, teacher, precision = 'float32' } = options;
  const numbers = { epochs, batchSize, 'train.count': train.count, 'validation.count': validation.count };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new UsageError('not-positive-integer', `${name} is ${value}; expected an integer of 1 or more.`, {
      received: value,
      expected: 'an integer of 1 or more',
    });
  }
  const [classes, ...rest] = model.outputs[0].shape.slice(1);
  if (rest.length > 0 || !(Number(classes) >= 2)) {
    const shape = [classes, ...rest].join(' x ');
    throw new UsageError(
      'untrainable-network',
      `The network's output for an image is ${shape}; expected one number for each of two or more classes. End the network with a dense layer, or flatten its output.`,
      { received: shape, expected: 'one number for each of two or more classes' },
    );
  }
  if (model.trainableWeights.length === 0) {
    throw new UsageError(
      'untrainable-network',
      `None of the network's ${model.layers.length} layers has trainable weights; add a layer that has.`,
    );
  }
  lossOf(loss, teacher);
  requirePrecision(precision);
  requireTrainableLayers(model);
  requireNoIgnoredOptions(model);
}
