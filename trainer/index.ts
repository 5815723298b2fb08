/**
 * `bd-edge/trainer`: train BinaryDuo networks with TensorFlow.js and export them to one flat buffer.
 */
export * from './accounting/index.js';
export { UnreadableArrayFileError } from './array-file.js';
export * from './backend/index.js';
export * from './binaryduo.js';
export { loadModel, saveModel, UnreadableModelError } from './checkpoint.js';
export * from './data/index.js';
export * from './decouple.js';
export { type Evaluation, evaluate, logits, predict } from './evaluate.js';
export * from './export/index.js';
export * from './layers/index.js';
export * from './mismatch/index.js';
export * from './networks/index.js';
export type { AdamOptions, AdamWOptions, MomentumOptions, OptimiserOptions } from './optimiser.js';
export * from './plot/index.js';
export * from './quantisers/index.js';
export * from './recipes.js';
export { renderReport } from './report/report.js';
export { type CosineSchedule, learningRateAt, type Schedule, type StepSchedule } from './schedule.js';
export * from './train.js';
export { NonFiniteLossError } from './train-step.js';
export type { EpochLog } from './training-log.js';
export { CheckpointMismatchError } from './training-state.js';
export { DiskFullError, writeFileWhole } from './write-file.js';
