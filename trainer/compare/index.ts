export {
  COMPARISON_FILE,
  type CompareOptions,
  type CompareProgress,
  compare,
} from './compare.js';
export {
  type Comparison,
  ComparisonFileError,
  type Experiment,
  OtherComparisonError,
  readComparison,
} from './comparison-file.js';
export type { LaneRecipes } from './method-network.js';
export { LANES, type Lane } from './methods.js';
export { type Choice, type FinishedRun, type PlanOptions, type Run, share as finetuneShare } from './plan.js';
export { type LaneResult, resultsOf } from './results.js';
export { type Difference, pairedDifference, studentQuantile } from './statistics.js';
export { comparisonMarkdown, comparisonTitle, leftOutLines, RESULT_COLUMNS, resultCells } from './table.js';
