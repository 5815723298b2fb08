/**
 * Training: one loop over seeded, shuffled batches.
 *
 *     loss        mean cross-entropy of softmax(logits) against the labels, with the changes of loss.ts
 *     each step   gradients of the loss, one optimizer step at the schedule's learning rate, clipping of latent weights
 *     each epoch  accuracy on the validation set, a checkpoint, a line in the log
 *
 * The result is the epoch with the best validation accuracy. Of equals it is the later one, which was trained longer at a
 * lower learning rate. Training does not use test images.
 *
 * With a directory, a checkpoint with the complete state is written after every epoch and every few minutes. A training
 * that was killed can be resumed, and ends with the same numbers as one that was not.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortedError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { batchesOf } from '../data/index.js';
import { CHECKPOINT_FILE } from '../pipeline/stages.js';
import type * as tf from '../tensorflow/index.js';
import { checkTraining } from './check-training.js';
import { saveModel } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { type Loss, lossOf } from './loss.js';
import { learningRateAt } from './schedule.js';
import type { TrainOptions, TrainProgress } from './train-options.js';
import { trainStep } from './train-step.js';
import { type EpochLog, logAsCsv, logAsJson } from './training-log.js';
import { TrainingState } from './training-state.js';

export interface TrainResult {
  /** The epoch whose weights the model has, from 1. */
  bestEpoch: number;
  validationAccuracy: number;
  log: EpochLog[];
  /** Duration with validation; after a resumption, the time up to the checkpoint and the time since. */
  seconds: number;
}

const DEFAULT_CHECKPOINT_MINUTES = 10;

/**
 * Trains a model in place. Afterwards it has the weights of its best epoch.
 *
 * @param model images [batch, height, width, channels], 0..255, to logits [batch, classes]
 * @throws {UsageError} before anything is written: see `checkTraining`
 * @throws {DivergedError} with the step and the layer; the weights are as they were before the step
 * @throws {AbortedError} `training-aborted` after the checkpoint and `last/` are written
 * @throws {IncompatibleDataError}, {FileError} if the checkpoint is from another training or damaged
 * @throws {FileError} `disk-full` if files do not fit; the previous checkpoint stays
 */
export async function train(model: tf.LayersModel, options: TrainOptions): Promise<TrainResult> {
  checkTraining(model, options);
  const { epochs, directory } = options;
  const checkpoint = directory && join(directory, CHECKPOINT_FILE);
  const lossFunction = lossOf(options.loss, options.teacher);
  const state = new TrainingState(model, options);
  if (directory) await mkdir(directory, { recursive: true });
  if (checkpoint && options.resume) await state.read(checkpoint);
  else if (checkpoint) await rm(checkpoint, { force: true });

  try {
    await options.onLog?.(state.log);
    while (state.epoch <= epochs) {
      await trainEpoch(model, state, lossFunction, options);
      const { accuracy: validationAccuracy } = await evaluate(model, options.validation);
      options.onProgress?.({ ...progressOf(state, options), validationAccuracy });

      const { learningRate, loss, accuracy } = progressOf(state, options);
      const improved = state.endEpoch({ learningRate, loss, accuracy, validationAccuracy });
      if (directory && checkpoint) {
        await state.write(checkpoint);
        await saveModel(model, join(directory, 'last'));
        if (improved) await saveModel(model, join(directory, 'best'));
        await writeLog(directory, state.log);
      }
      await options.onLog?.(state.log);
    }
    state.takeBest();
    if (directory && options.resume) {
      // An earlier process may have been killed between its last checkpoint and these writes.
      await saveModel(model, join(directory, 'best'));
      await writeLog(directory, state.log);
    }
    const { best, log, seconds } = state;
    return { bestEpoch: best.epoch, validationAccuracy: best.accuracy, log, seconds };
  } finally {
    state.dispose();
  }
}

/** Runs the remaining steps of the current epoch. */
async function trainEpoch(
  model: tf.LayersModel,
  state: TrainingState,
  loss: Loss,
  options: TrainOptions,
): Promise<void> {
  const { train: set, batchSize, augmentation, directory } = options;
  const interval = 60_000 * (options.checkpointMinutes ?? DEFAULT_CHECKPOINT_MINUTES);
  let written = performance.now();
  const seed = state.beginEpoch();
  for await (const batch of batchesOf(set, batchSize, { seed, augmentation, skip: state.step })) {
    if (options.signal?.aborted) await abort(model, state, options);
    const step = state.step + 1;
    const where = { epoch: state.epoch, step, seed: seed + step };
    const learningRate = learningRateOf(where, options);
    state.endStep(
      trainStep(model, state.optimizer, learningRate, batch, set, where, loss, options.precision),
      batch.count,
    );
    options.onProgress?.(progressOf(state, options));
    if (directory && performance.now() - written >= interval) {
      await state.write(join(directory, CHECKPOINT_FILE));
      written = performance.now();
    }
    await new Promise(setImmediate); // lets signal handlers and timers run
  }
}

/** @param step from 1 */
function learningRateOf(
  { epoch, step }: { epoch: number; step: number },
  { schedule, epochs, train, batchSize }: TrainOptions,
): number {
  return learningRateAt(schedule, epoch - 1 + (step - 1) / Math.ceil(train.count / batchSize), epochs);
}

/** Returns the progress after the last step. */
function progressOf(state: TrainingState, options: TrainOptions): TrainProgress {
  const { epoch, step, sums } = state;
  const { phase = 'train', epochs, train, batchSize } = options;
  const learningRate = learningRateOf(state, options);
  const means = { loss: sums.loss / sums.images, accuracy: sums.correct / sums.images };
  return { phase, epoch, epochs, step, steps: Math.ceil(train.count / batchSize), learningRate, ...means };
}

async function writeLog(directory: string, log: readonly EpochLog[]): Promise<void> {
  await writeFileWhole(join(directory, 'log.json'), logAsJson(log));
  await writeFileWhole(join(directory, 'log.csv'), logAsCsv(log));
}

async function abort(model: tf.LayersModel, state: TrainingState, options: TrainOptions): Promise<never> {
  const { directory } = options;
  if (directory) {
    await state.write(join(directory, CHECKPOINT_FILE));
    await saveModel(model, join(directory, 'last'));
  }
  const message = `Training was stopped after step ${state.step} of epoch ${state.epoch}.`;
  throw new AbortedError('training-aborted', message, { savedTo: directory });
}
