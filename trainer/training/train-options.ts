import type { Precision } from '../backend/index.js';
import type { Augmentation, Images } from '../data/index.js';
import type * as tf from '../tensorflow/index.js';
import type { LossOptions } from './loss.js';
import type { OptimizerOptions } from './optimizer.js';
import type { Schedule } from './schedule.js';
import type { EpochLog } from './training-log.js';

/** How to train, as plain data. */
export interface TrainingRecipe {
  epochs: number;
  batchSize: number;
  optimizer: OptimizerOptions;
  schedule: Schedule;
  /** Default: none. */
  augmentation?: Augmentation;
  /** Default: cross-entropy against the labels. */
  loss?: LossOptions;
  /** Of the convolutions of a step, forward and backward. Default: 'float32'. */
  precision?: Precision;
}

export interface TrainOptions extends TrainingRecipe {
  train: Images;
  validation: Images;
  /** What distillation learns from: a network for the same images and classes. */
  teacher?: tf.LayersModel;
  /** Of the order of the images and their augmentation. */
  seed: number;
  /** Where `last/`, `best/`, the checkpoint and the log go. Without one nothing is written. */
  directory?: string;
  /**
   * Go on from the directory's checkpoint, from the beginning where there is none. Without it a checkpoint that is
   * there already is deleted. Default: false.
   */
  resume?: boolean;
  /** Between checkpoints within an epoch; 0 makes one after every step. Default: 10. */
  checkpointMinutes?: number;
  /** Handed on to `onProgress`. Default: 'train'. */
  phase?: string;
  /** Called after every step, and with `validationAccuracy` after every epoch. */
  onProgress?: (progress: TrainProgress) => void;
  /** Called with the log so far when a training begins or is gone on with, and after every epoch. */
  onLog?: (log: readonly EpochLog[]) => Promise<void>;
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
