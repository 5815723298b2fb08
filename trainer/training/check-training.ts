/** What can be known to be wrong with a training before its first step, and before anything is written. */

import { UsageError } from '@bd-edge/sdk/internal';
import { requirePrecision } from '../backend/index.js';
import type * as tf from '../tensorflow/index.js';
import { lossOf } from './loss.js';
import type { TrainOptions } from './train-options.js';

/** Numbers that make no training. */
export class InvalidTrainingError extends UsageError {
  override readonly name = 'InvalidTrainingError';
}

/** A network that has nothing to train, or whose outputs are not one number a class. */
export class UntrainableNetworkError extends UsageError {
  override readonly name = 'UntrainableNetworkError';
}

/**
 * @param model images [batch, height, width, channels] to logits [batch, classes]
 * @throws InvalidTrainingError where there is nothing to train with
 * @throws UntrainableNetworkError
 * @throws InvalidLossError
 * @throws UnsupportedPrecisionError
 */
export function checkTraining(model: tf.LayersModel, options: Omit<TrainOptions, 'seed'>): void {
  const { epochs, batchSize, train, validation, loss, teacher, precision = 'float32' } = options;
  const numbers = { epochs, batchSize, 'train.count': train.count, 'validation.count': validation.count };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InvalidTrainingError(`${name} is ${value}; training needs a whole number from 1.`);
  }
  const [classes, ...rest] = model.outputs[0].shape.slice(1);
  if (rest.length > 0 || !(Number(classes) >= 2)) {
    throw new UntrainableNetworkError(
      `The network's output for an image is ${[classes, ...rest].join(' x ')}, and training needs a row of one number for each of two or more classes; end it with a dense layer, or flatten what it ends in.`,
    );
  }
  if (model.trainableWeights.length === 0) {
    throw new UntrainableNetworkError(
      `The network's ${model.layers.length} layers have no weights to train; give it a layer that has some.`,
    );
  }
  lossOf(loss, teacher);
  requirePrecision(precision);
}
