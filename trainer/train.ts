/**
 * Training: one loop over seeded, shuffled batches.
 *
 *     loss = mean cross-entropy of softmax(logits) against the labels
 *     each step: gradients of the loss, one optimiser step at the schedule's rate, clipping of latent weights
 *     each epoch: accuracy on the validation set, a checkpoint, a line in the log
 *
 * The epoch with the best validation accuracy is the result; the later of equals, which has been trained longer at a
 * lower rate. No test image is looked at here.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { BdEdgeError, InterruptedError, UsageError } from '../sdk/errors.js';
import { registerBatchNormGradient } from './batch-norm-gradient.js';
import { saveModel, writeFileWhole } from './checkpoint.js';
import { type Batch, batches, type ImageSet } from './data/index.js';
import { evaluate, largest } from './evaluate.js';
import { QuantisedLayer } from './layers/index.js';
import { Optimiser, type OptimiserOptions } from './optimiser.js';
import { Random } from './random.js';
import { learningRateAt, type Schedule } from './schedule.js';

/** How to train, as plain data. */
export interface TrainingRecipe {
  epochs: number;
  batchSize: number;
  optimiser: OptimiserOptions;
  schedule: Schedule;
  /** Default: none. */
  augmentation?: { /** Pixels that a picture may move up, down, left and right. */ shift: number };
}

export interface TrainOptions extends TrainingRecipe {
  train: ImageSet;
  validation: ImageSet;
  /** Of the order of the images and their augmentation. */
  seed: number;
  /** Where `last/`, `best/` and `log.json` go. Without one nothing is written. */
  directory?: string;
  /** Handed on to `onProgress`. Default: 'train'. */
  phase?: string;
  /** Called after every step, and with `validationAccuracy` after every epoch. */
  onProgress?: (progress: TrainProgress) => void;
  /** Looked at before every step. */
  signal?: AbortSignal;
}

export interface TrainProgress {
  phase: string;
  /** From 1. */
  epoch: number;
  epochs: number;
  /** From 1, within the epoch. */
  step: number;
  steps: number;
  learningRate: number;
  /** Means over the epoch so far, on augmented images and in training mode. */
  loss: number;
  accuracy: number;
  /** After the epoch's last step only. */
  validationAccuracy?: number;
}

export interface EpochLog {
  epoch: number;
  /** Steps taken since training began. */
  step: number;
  /** Of the epoch's last step. */
  learningRate: number;
  loss: number;
  accuracy: number;
  validationAccuracy: number;
  seconds: number;
}

export interface TrainResult {
  /** From 1: the epoch whose weights the model now has. */
  bestEpoch: number;
  validationAccuracy: number;
  log: EpochLog[];
  seconds: number;
}

export class InvalidTrainingError extends UsageError {}

export class NonFiniteLossError extends BdEdgeError {}

/** The signal given to `train` asked it to stop. */
export class TrainingAborted extends InterruptedError {}

/**
 * Trains a model in place and leaves it with the weights of its best epoch.
 *
 * @param model images [batch, height, width, channels], 0..255, to logits [batch, classes]
 * @throws InvalidTrainingError where there is nothing to train with
 * @throws NonFiniteLossError naming the step, with the weights as they were before it
 * @throws TrainingAborted once `last/` is written, with the weights as they were
 */
export async function train(model: tf.LayersModel, options: TrainOptions): Promise<TrainResult> {
  checkOptions(options);
  registerBatchNormGradient();
  const { epochs, directory } = options;
  const started = performance.now();
  const random = new Random(options.seed);
  const optimiser = new Optimiser(options.optimiser);
  const log: EpochLog[] = [];
  let best = { epoch: 0, accuracy: -1, weights: [] as tf.Tensor[] };
  if (directory) await mkdir(directory, { recursive: true });

  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const progress = await trainEpoch(model, optimiser, epoch, random.seed(), options);
      const { accuracy: validationAccuracy } = await evaluate(model, options.validation);
      options.onProgress?.({ ...progress, validationAccuracy });

      const { learningRate, loss, accuracy, steps } = progress;
      const seconds = secondsSince(started);
      log.push({ epoch, step: epoch * steps, learningRate, loss, accuracy, validationAccuracy, seconds });
      const improved = validationAccuracy >= best.accuracy;
      if (improved) {
        tf.dispose(best.weights);
        best = {
          epoch,
          accuracy: validationAccuracy,
          weights: model.getWeights().map((weight) => weight.clone()),
        };
      }
      if (directory) {
        await saveModel(model, join(directory, 'last'));
        if (improved) await saveModel(model, join(directory, 'best'));
        await writeFileWhole(join(directory, 'log.json'), `${JSON.stringify(log, null, 2)}\n`);
      }
    }
    model.setWeights(best.weights);
    return {
      bestEpoch: best.epoch,
      validationAccuracy: best.accuracy,
      log,
      seconds: secondsSince(started),
    };
  } finally {
    tf.dispose(best.weights);
  }
}

function checkOptions({ epochs, batchSize, train, validation }: TrainOptions): void {
  const numbers = { epochs, batchSize, 'train.count': train.count, 'validation.count': validation.count };
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InvalidTrainingError(`${name} is ${value}; training needs a whole number from 1.`);
  }
}

async function trainEpoch(
  model: tf.LayersModel,
  optimiser: Optimiser,
  epoch: number,
  seed: number,
  options: TrainOptions,
): Promise<TrainProgress> {
  const { train: set, batchSize, epochs, phase = 'train' } = options;
  const steps = Math.ceil(set.count / batchSize);
  const sums = { loss: 0, correct: 0, images: 0 };
  let progress: TrainProgress | undefined;
  let step = 0;
  for (const batch of batches(set, batchSize, { seed, shift: options.augmentation?.shift })) {
    if (options.signal?.aborted) await abort(model, options, epoch, step);
    const learningRate = learningRateAt(options.schedule, epoch - 1 + step / steps, epochs);
    const { loss, correct } = trainStep(model, optimiser, learningRate, batch, set);
    step++;
    if (!Number.isFinite(loss)) {
      throw new NonFiniteLossError(
        `The loss was ${loss} at step ${step} of epoch ${epoch}; train with a lower learning rate than ${learningRate}.`,
      );
    }
    sums.loss += loss * batch.count;
    sums.correct += correct;
    sums.images += batch.count;
    const means = { loss: sums.loss / sums.images, accuracy: sums.correct / sums.images };
    progress = { phase, epoch, epochs, step, steps, learningRate, ...means };
    options.onProgress?.(progress);
    await new Promise(setImmediate); // lets signals and a terminal have their turn
  }
  return progress as TrainProgress;
}

/** One optimiser step; none where the loss is not finite, so that the weights stay as they were. */
function trainStep(
  model: tf.LayersModel,
  optimiser: Optimiser,
  learningRate: number,
  { pixels, labels, count }: Batch,
  { height, width, channels }: ImageSet,
): { loss: number; correct: number } {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const images = tf.tensor4d(pixels, [count, height, width, channels]);
    let logits!: tf.Tensor2D;
    const { value, grads } = tf.variableGrads(() => {
      logits = model.apply(images, { training: true }) as tf.Tensor2D;
      tf.keep(logits);
      const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), logits.shape[1]);
      return tf.losses.softmaxCrossEntropy(targets, logits).asScalar();
    }, variables);
    const loss = value.dataSync()[0];
    const predictions = largest(logits.dataSync() as Float32Array, logits.shape[1]);
    const correct = predictions.filter((label, i) => label === labels[i]).length;
    logits.dispose();
    if (Number.isFinite(loss)) {
      optimiser.apply(
        variables.map((variable) => [variable, grads[variable.name]] as const),
        learningRate,
      );
      for (const layer of model.layers) if (layer instanceof QuantisedLayer) layer.clipWeights();
    }
    return { loss, correct };
  });
}

async function abort(
  model: tf.LayersModel,
  options: TrainOptions,
  epoch: number,
  step: number,
): Promise<never> {
  const saved = options.directory && join(options.directory, 'last');
  if (saved) await saveModel(model, saved);
  const where = saved ? `; the weights are in ${saved}` : '';
  throw new TrainingAborted(`Training was stopped in epoch ${epoch}, after ${step} of its steps${where}.`);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
