/**
 * `bd-edge/trainer`: train BinaryDuo networks with TensorFlow.js and export them to one flat buffer.
 *
 * @module bd-edge/trainer
 */
export * from './accounting/index.js';
export * from './backend/index.js';
export * from './binaryduo.js';
export * from './classes.js';
export * from './compare/index.js';
export * from './data/index.js';
export * from './decouple.js';
export * from './decoupling-check.js';
export {
  type EvaluateOptions,
  type Evaluation,
  EvaluationAborted,
  evaluate,
  logits,
  predict,
} from './evaluate.js';
export * from './export/index.js';
export * from './exportable.js';
export * from './few-steps.js';
export { UnreadableArrayFileError } from './files/array-file.js';
export { DiskFullError, writeFileWhole } from './files/write-file.js';
export * from './fit.js';
export { ForeignFolderError } from './forget-run.js';
export * from './layers/index.js';
export * from './mismatch/index.js';
export * from './networks/index.js';
export * from './plot/index.js';
export { UnfitPretrainedError } from './pretrained.js';
export * from './quantisers/index.js';
export * from './recipes.js';
export { renderReport } from './report/report.js';
export * from './stages.js';
export { EventFile } from './tensorboard/index.js';
export { InvalidTrainingError, UntrainableNetworkError } from './training/check-training.js';
export { loadModel, saveModel, UnreadableModelError } from './training/checkpoint.js';
export { type Distillation, InvalidLossError, type LossOptions } from './training/loss.js';
export type { AdamOptions, AdamWOptions, MomentumOptions, OptimiserOptions } from './training/optimiser.js';
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
