/**
 * `@bd-edge/trainer`: train BinaryDuo networks with TensorFlow.js and export them to one flat buffer.
 *
 * @module @bd-edge/trainer
 */

export { DiskFullError, writeFileWhole } from '@bd-edge/sdk/internal/files';
export * from './accounting/index.js';
export * from './backend/index.js';
export * from './compare/index.js';
export * from './data/index.js';
export * from './decoupling/decouple.js';
export * from './decoupling/decoupling-check.js';
export * from './export/exportable.js';
export * from './export/index.js';
export { UnreadableArrayFileError } from './files/array-file.js';
export * from './layers/index.js';
export * from './mismatch/index.js';
export * from './networks/index.js';
export * from './pipeline/binaryduo.js';
export * from './pipeline/classes.js';
export { ForeignFolderError } from './pipeline/forget-run.js';
export { UnfitPretrainedError } from './pipeline/pretrained.js';
export * from './pipeline/recipes.js';
export * from './pipeline/stages.js';
export * from './plot/index.js';
export * from './quantizers/index.js';
export { renderReport } from './report/report.js';
export { EventFile } from './tensorboard/index.js';
export * as tf from './tensorflow/index.js';
export * from './training/check-dataset.js';
export { InvalidTrainingError, UntrainableNetworkError } from './training/check-training.js';
export { loadModel, saveModel, UnreadableModelError } from './training/checkpoint.js';
export {
  type EvaluateOptions,
  type Evaluation,
  EvaluationAborted,
  evaluate,
  logits,
  predict,
} from './training/evaluate.js';
export * from './training/few-steps.js';
export { type Distillation, InvalidLossError, type LossOptions } from './training/loss.js';
export type { AdamOptions, AdamWOptions, MomentumOptions, OptimizerOptions } from './training/optimizer.js';
export {
  type CosineSchedule,
  learningRateAt,
  type Schedule,
  type StepSchedule,
} from './training/schedule.js';
export * from './training/train.js';
export type * from './training/train-options.js';
export { NonFiniteLossError } from './training/train-step.js';
export type { EpochLog } from './training/training-log.js';
export { CheckpointMismatchError } from './training/training-state.js';
