export { checkAugmentation, UnfitAugmentationError } from './augmentation/check.js';
export type { Augmentation, ColorJitter, Warp } from './augmentation/index.js';
export type { Batch, BatchOptions } from './batch.js';
export { batches, batchesOf } from './batches.js';
export { InvalidCifarError, loadCifar10 } from './cifar10.js';
export { type Dataset, type ImageSet, type ImageStream, type Images, subset } from './dataset.js';
export {
  DATASET_NAMES,
  kindOfFolder,
  type LoadOptions,
  loadDataset,
  UnknownDatasetError,
} from './datasets.js';
export { loadFashionMnist } from './fashion-mnist.js';
export { CorruptImageError, type ImageShape, SharpMissingError } from './folder/decode.js';
export {
  type ImageFolderOptions,
  loadImageFolder,
  TooManyImagesError,
  UnfitChannelsError,
} from './folder/image-folder.js';
export { gather, streamImageFolder } from './folder/image-stream.js';
export { describeIgnored, InvalidImageFolderError } from './folder/listing.js';
export { heldOut } from './held-out.js';
export { type IdxArray, InvalidIdxError, parseIdx } from './idx.js';
export { imageSetFromIdx, loadIdxFolder } from './idx-folder.js';
export { DatasetMissingError, loadMnist } from './mnist.js';
export { drawImages, InvalidSplitError, splitValidation } from './split.js';
export { type ImageStatistics, statisticsOf } from './statistics.js';
