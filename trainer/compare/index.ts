export { type CompareOptions, type CompareProgress, compare } from './compare.js';
export {
  type Comparison,
  type ComparisonRecord,
  type Experiment,
  readComparison,
} from './comparison-file.js';
export { COMPARISON_FILE, gatherComparison } from './comparison-folder.js';
export type { Cost, MethodNetworks } from './method-network.js';
export { METHODS, type Method } from './methods.js';
export {
  type Choice,
  type Choices,
  type FinishedRun,
  finetunedEpochsOf,
  type PlanOptions,
  type Run,
} from './plan.js';
export { type MethodResult, resultsOf } from './results.js';
export { type Difference, pairedDifference, studentQuantile } from './statistics.js';
export { comparisonMarkdown, comparisonTitle, leftOutLines, RESULT_COLUMNS, resultCells } from './table.js';
export type { RunContext } from './train-run.js';
