/**
 * What the other packages of bd-edge need of this one beyond its public API. It promises nothing to anybody else:
 * names come and go with any version.
 *
 * @module @bd-edge/trainer/internal
 */

export { writeFileWhole } from '@bd-edge/sdk/internal/files';
export { LANES, type Lane } from './compare/methods.js';
export {
  type Dataset,
  DatasetMissingError,
  describeIgnored,
  type ImageSet,
  type ImageStatistics,
  loadDataset,
  statisticsOf,
  UnknownDatasetError,
} from './data/index.js';
export { recipeFor } from './pipeline/recipes.js';
export { CHECKPOINT_FILE, PHASES, STAGES, type StageName, trainingDirectory } from './pipeline/stages.js';
export { EVENT_FILE } from './tensorboard/index.js';
export { stageOf } from './training/stage-length.js';
