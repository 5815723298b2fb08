/**
 * Training: one loop over seeded, shuffled batches.
 *
 *     loss = mean cross-entropy of softmax(logits) against the labels, or what loss.ts makes of it
 *     each step: gradients of the loss, one optimizer step at the schedule's rate, clipping of latent weights
 *     each epoch: accuracy on the validation set, a checkpoint, a line in the log
 *
 * The epoch with the best validation accuracy is the result; the later of equals, which has been trained longer at a
 * lower rate. No test image is looked at here.
 *
 * With a directory, a checkpoint after every epoch and every few minutes holds all that there is to know, so that a
 * training that was killed goes on with `resume` and ends with the same numbers as one that was not.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AbortedError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { batchesOf } from '../data/index.js';
import { CHECKPOINT_FILE } from '../pipeline/stages.js';
import * as tf from '../tensorflow/index.js';
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
  /** From 1: the epoch whose weights the model now has. */
  bestEpoch: number;
  validationAccuracy: number;
  log: EpochLog[];
  /** Of this training, validation included; where it was resumed, up to the checkpoint and since. */
  seconds: number;
}

/** The signal given to `train` asked it to stop. */
export class TrainingAborted extends AbortedError {
  constructor(
    /** Where it was stopped, for a message that says how to go on. */
    readonly stopped: string,
    /** Where all is that `resume` goes on from; undefined where nothing was written. */
    directory: string | undefined,
  ) {
    const saved = directory
      ? `everything is in ${directory}; resume goes on from there`
      : 'nothing was saved, for want of a directory';
    super(`${stopped}; ${saved}.`);
  }
}

const DEFAULT_CHECKPOINT_MINUTES = 10;

/**
 * Trains a model in place and leaves it with the weights of its best epoch.
 *
 * @param model images [batch, height, width, channels], 0..255, to logits [batch, classes]
 * @throws InvalidTrainingError, UntrainableNetworkError, InvalidLossError, UnsupportedPrecisionError before anything is
 *   written: see `checkTraining`
 * @throws NonFiniteLossError naming the step and the layer, with the weights as they were before it
 * @throws TrainingAborted once the checkpoint and `last/` are written, with the weights as they were
 * @throws CheckpointMismatchError, UnreadableArrayFileError where the checkpoint cannot be gone on from
 * @throws DiskFullError where files do not fit; the checkpoint before stays
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
      // Whoever was killed between the last checkpoint and these finds them whole now.
      await saveModel(model, join(directory, 'best'));
      await writeLog(directory, state.log);
    }
    const { best, log, seconds } = state;
    return { bestEpoch: best.epoch, validationAccuracy: best.accuracy, log, seconds };
  } finally {
    state.dispose();
  }
}

/** The rest of the epoch that `state` is in. */
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
    const rate = learningRateOf(where, options);
    state.endStep(
      trainStep(model, state.optimizer, rate, batch, set, where, loss, options.precision),
      batch.count,
    );
    options.onProgress?.(progressOf(state, options));
    if (directory && performance.now() - written >= interval) {
      await state.write(join(directory, CHECKPOINT_FILE));
      written = performance.now();
    }
    await new Promise(setImmediate); // lets signals and a terminal have their turn
  }
}

/** @param step from 1 */
function learningRateOf(
  { epoch, step }: { epoch: number; step: number },
  { schedule, epochs, train, batchSize }: TrainOptions,
): number {
  return learningRateAt(schedule, epoch - 1 + (step - 1) / Math.ceil(train.count / batchSize), epochs);
}

/** As it was after the last step that was taken. */
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
  throw new TrainingAborted(
    `Training was stopped in epoch ${state.epoch}, after ${state.step} of its steps`,
    directory,
  );
}
