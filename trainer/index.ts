/**
 * `@bd-edge/trainer`: trains BinaryDuo networks with TensorFlow.js and exports them to one flat buffer.
 *
 * @module @bd-edge/trainer
 */

export {
  AbortedError,
  BdEdgeError,
  FileError,
  MissingDependencyError,
  UsageError,
} from '@bd-edge/sdk/internal';
export { type Account, account, type Content, type LayerAccount } from './accounting/index.js';
export { type Backend, type BackendName, type Precision, selectBackend } from './backend/index.js';
export {
  type Choice,
  type Choices,
  type CompareOptions,
  type CompareProgress,
  type Comparison,
  type ComparisonRecord,
  type Cost,
  compare,
  comparisonMarkdown,
  type Difference,
  type Experiment,
  type FinishedRun,
  METHODS,
  type Method,
  type MethodNetworks,
  type MethodResult,
  type PlanOptions,
  type Run,
  type RunContext,
  readComparison,
  resultsOf,
} from './compare/index.js';
export {
  type Affine,
  type Augmentation,
  type Batch,
  type BatchOptions,
  type ColorJitter,
  DATASET_NAMES,
  type Dataset,
  type ImageFolderOptions,
  type ImageSet,
  type ImageShape,
  type ImageStream,
  type Images,
  type LoadOptions,
  loadDataset,
  splitValidation,
  subset,
  type Warp,
} from './data/index.js';
export { decouple } from './decoupling/decouple.js';
export { checkDecoupling, type DecouplingCheck } from './decoupling/decoupling-check.js';
export { IncompatibleDataError, TrainingError, UnsupportedLayerError } from './errors.js';
export * from './export/index.js';
export * from './layers/index.js';
export {
  type CosineEstimate,
  estimateMismatch,
  type LayerMismatch,
  type LossName,
  type ModelMismatch,
  type ModelMismatchOptions,
  type SampleSource,
} from './mismatch/index.js';
export {
  type BuildOptions,
  baselineOf,
  buildNetwork,
  createNetwork,
  fullPrecision,
  type LayerSpec,
  mnistNetwork,
  NETWORK_NAMES,
  type NetworkOptions,
  type NetworkSpec,
  networkSpec,
  type PlainLayerSpec,
  parseNetworkSpec,
  type ResidualLayerSpec,
  readNetworkSpec,
  type Variant,
  type WeightKind,
  type Weights,
  withChannelScales,
  withWeights,
} from './networks/index.js';
export {
  type BinaryDuoOptions,
  type BinaryDuoResult,
  type EvaluationProgress,
  type Stage,
  type TrainedStage,
  trainBinaryDuo,
} from './pipeline/binaryduo.js';
export { RECIPE_NAMES, recipeFor } from './pipeline/recipes.js';
export type { StageName } from './pipeline/stages.js';
export type { TrainingRecipe } from './pipeline/training-recipe.js';
export { type CopyLayout, type ScaledIntegers, SURROGATE_NAMES, type Surrogate } from './quantizers/index.js';
export * as tf from './tensorflow/index.js';
export { loadModel, saveModel } from './training/checkpoint.js';
export { type EvaluateOptions, type Evaluation, evaluate, logits, predict } from './training/evaluate.js';
export type { Distillation, LossOptions } from './training/loss.js';
export type { NonFinite } from './training/non-finite.js';
export type { AdamOptions, AdamWOptions, MomentumOptions, OptimizerOptions } from './training/optimizer.js';
export type { CosineSchedule, Schedule, StepSchedule } from './training/schedule.js';
export { type TrainResult, train } from './training/train.js';
export type { StageRecipe, TrainOptions, TrainProgress } from './training/train-options.js';
export { DivergedError } from './training/train-step.js';
export type { EpochLog } from './training/training-log.js';
export type { WrongPrediction } from './training/wrong-images.js';
