/** One step of training: the gradients of the loss on one batch, and the update of the weights. */

import { inStep, type Precision } from '../backend/index.js';
import type { Batch, Images } from '../data/index.js';
import { TrainingError } from '../errors.js';
import { withMasks } from '../layers/dropout.js';
import { QuantizedLayer } from '../layers/index.js';
import * as tf from '../tensorflow/index.js';
import { argmaxRows } from './evaluate.js';
import { crossEntropy, type Loss } from './loss.js';
import { allFinite, firstNonFinite, type NonFinite } from './non-finite.js';
import type { Optimizer } from './optimizer.js';

export interface StepResult {
  loss: number;
  /** Number of the batch's images that are predicted correctly, in training mode. */
  correct: number;
}

/**
 * The training diverged: the loss or a gradient is NaN or infinite. The weights are as they were before the step.
 *
 * It is a class of its own because a comparison records where a run diverged.
 */
export class DivergedError extends TrainingError {
  constructor(
    /** Step within the epoch, from 1. */
    readonly step: number,
    readonly epoch: number,
    readonly loss: number,
    /** The first numbers that are not finite; undefined if only the loss is not finite. */
    readonly at: NonFinite | undefined,
    learningRate: number,
  ) {
    const where = at
      ? `; the first numbers that are not finite are in the ${at.what} of layer "${at.layer}" (${at.className})`
      : '';
    super(
      'diverged',
      `The loss was ${loss} at step ${step} of epoch ${epoch}${where}. Train with a learning rate below ${learningRate}.`,
      { layer: at?.layer },
    );
  }
}

/**
 * Updates the weights from one batch. If the loss or a gradient is not finite, the weights and the statistics of batch
 * norms stay as they were.
 *
 * @param where epoch and step for the error, and the seed of the step's dropout masks
 * @throws {DivergedError}
 */
export function trainStep(
  model: tf.LayersModel,
  optimizer: Optimizer,
  learningRate: number,
  { pixels, labels, count }: Batch,
  { height, width, channels }: Images,
  where: { epoch: number; step: number; seed: number },
  loss: Loss = crossEntropy,
  precision: Precision = 'float32',
): StepResult {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const statistics = model.nonTrainableWeights.map((weight) => ({ weight, before: weight.read().clone() }));
    const images = tf.tensor4d(pixels, [count, height, width, channels]);
    const lossOfLogits = loss(images, labels);
    let logits!: tf.Tensor2D;
    const lossOfModel = () => {
      logits = model.apply(images, { training: true }) as tf.Tensor2D;
      tf.keep(logits);
      return lossOfLogits(logits);
    };
    const { value, grads } = withMasks(where.seed, () =>
      inStep(precision, () => tf.variableGrads(lossOfModel, variables)),
    );
    const lossValue = value.dataSync()[0];
    const predictions = argmaxRows(logits.dataSync() as Float32Array, logits.shape[1]);
    const correct = predictions.filter((label, i) => label === labels[i]).length;
    logits.dispose();

    const gradients = variables.map(
      (variable) => [variable, grads[variable.name].dataSync() as Float32Array] as const,
    );
    if (!Number.isFinite(lossValue) || !gradients.every(([, gradient]) => allFinite(gradient))) {
      const restore = () => {
        for (const { weight, before } of statistics) weight.write(before);
      };
      restore();
      const at = withMasks(where.seed, () => firstNonFinite(model, images, grads));
      restore();
      throw new DivergedError(where.step, where.epoch, lossValue, at, learningRate);
    }
    optimizer.apply(gradients, learningRate);
    for (const layer of model.layers) if (layer instanceof QuantizedLayer) layer.clipWeights();
    return { loss: lossValue, correct };
  });
}
