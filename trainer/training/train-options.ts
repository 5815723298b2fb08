import type { Precision } from '../backend/index.js';
import type { Augmentation, Images } from '../data/index.js';
import type * as tf from '../tensorflow/index.js';
import type { LossOptions } from './loss.js';
import type { OptimizerOptions } from './optimizer.js';
import type { Schedule } from './schedule.js';
import type { EpochLog } from './training-log.js';

/** How one network is trained, as plain data: a stage of a `TrainingRecipe`. */
export interface StageRecipe {
  epochs: number;
  batchSize: number;
  optimizer: OptimizerOptions;
  schedule: Schedule;
  /** Default: none. */
  augmentation?: Augmentation;
  /** Default: cross-entropy against the labels. */
  loss?: LossOptions;
  /** Precision of the convolutions of a step, forward and backward. Default: 'float32'. */
  precision?: Precision;
}

export interface TrainOptions extends StageRecipe {
  train: Images;
  validation: Images;
  /** The teacher of distillation: a network for the same images and classes. */
  teacher?: tf.LayersModel;
  /** Random seed of the order of the images and their augmentation. */
  seed: number;
  /** The folder for `last/`, `best/`, the checkpoint and the log. Default: nothing is written. */
  directory?: string;
  /** Continues from the checkpoint in the directory, if there is one. If false, it is deleted. Default: false. */
  resume?: boolean;
  /** Minutes between checkpoints within an epoch. With 0 there is one after every step. Default: 10. */
  checkpointMinutes?: number;
  /** Passed to `onProgress`. Default: 'train'. */
  phase?: string;
  /** Called after every step, and with `validationAccuracy` after every epoch. */
  onProgress?: (progress: TrainProgress) => void;
  /** Called with the log when a training starts or resumes, and after every epoch. */
  onLog?: (log: readonly EpochLog[]) => Promise<void>;
  /** Checked before every step. */
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
  /** The mean over this epoch's steps, on augmented images and in training mode. */
  loss: number;
  accuracy: number;
  /** Set after the epoch's last step only. */
  validationAccuracy?: number;
}
