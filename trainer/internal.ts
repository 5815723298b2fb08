/**
 * What the other packages of bd-edge need of this one beyond its public API. It promises nothing to anybody else: names
 * change with any version.
 *
 * @module @bd-edge/trainer/internal
 */

export {
  COMPARISON_FILE,
  comparisonTitle,
  finetunedEpochsOf,
  gatherComparison,
  leftOutLines,
  METHODS,
  type Method,
  RESULT_COLUMNS,
  resultCells,
} from './compare/index.js';
export {
  checkAugmentation,
  describeIgnored,
  type ImageStatistics,
  kindOfFolder,
  listPictures,
  loadTestImages,
  type PictureReader,
  type Place,
  pictureReader,
  readStream,
  sampleImages,
  shortList,
  statisticsOf,
  type TestImages,
  type TestPart,
  type TrainingData,
  trainingSplit,
} from './data/index.js';
export { decoupledArchitecture } from './decoupling/decouple.js';
export { describeObstacles, type ExportObstacle, exportObstacles } from './export/exportable.js';
export {
  MISMATCH_REFERENCE,
  measureToyMismatch,
  type ReferenceRow,
  TOY_ACTIVATIONS,
  type ToyMismatchOptions,
  type ToyMismatchRow,
} from './mismatch/index.js';
export { withClassCountOf } from './pipeline/class-count.js';
export { lockRun, type RunLock } from './pipeline/lock-run.js';
export { recipeNameFor } from './pipeline/recipes.js';
export { CHECKPOINT_FILE, PHASES, STAGES, type StageName, trainingDirectory } from './pipeline/stages.js';
export { coupledNetworkOf, coupledSpecOf, networkName } from './pipeline/training-recipe.js';
export {
  drawChart,
  type LineStyle,
  lineStyles,
  plotComparisons,
  plotModelMismatch,
  plotSurrogates,
  plotToyMismatch,
} from './plot/index.js';
export { type EvaluationReport, renderEvaluation } from './report/evaluation-report.js';
export type { WrongPicture } from './report/gallery.js';
export { renderReport } from './report/report.js';
export { EVENT_FILE } from './tensorboard/index.js';
export { checkCompatible } from './training/check-compatible.js';
export { fewSteps, type StepCount } from './training/few-steps.js';
export { rescaleStage } from './training/rescale-stage.js';
