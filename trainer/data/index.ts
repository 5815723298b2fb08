export type { Augmentation, ColourJitter } from './augmentation/index.js';
export { type Batch, type BatchOptions, batches, batchesOf } from './batches.js';
export { type Dataset, type ImageSet, type ImageStream, type Images, subset } from './dataset.js';
export { DATASET_NAMES, loadDataset, UnknownDatasetError } from './datasets.js';
export { type IdxArray, InvalidIdxError, parseIdx } from './idx.js';
export { DatasetMissingError, imageSetFromIdx, loadMnist } from './mnist.js';
export { InvalidSplitError, splitValidation } from './split.js';
