export { type Batch, type BatchOptions, batches } from './batches.js';
export { type Dataset, type ImageSet, subset } from './dataset.js';
export { DATASET_NAMES, loadDataset, UnknownDatasetError } from './datasets.js';
export { type IdxArray, InvalidIdxError, parseIdx } from './idx.js';
export { DatasetMissingError, imageSetFromIdx, loadMnist } from './mnist.js';
export { InvalidSplitError, splitValidation } from './split.js';
