export { checkAugmentation } from './augmentation/check.js';
export type { Affine, Augmentation, ColorJitter, Warp } from './augmentation/index.js';
export type { Batch, BatchOptions } from './batch.js';
export { batches, batchesOf } from './batches.js';
export { loadCifar10 } from './cifar10.js';
export { type Dataset, type ImageSet, type ImageStream, type Images, subset } from './dataset.js';
export { DATASET_NAMES, kindOfFolder, type LoadOptions, loadDataset } from './datasets.js';
export { loadFashionMnist } from './fashion-mnist.js';
export type { ImageShape } from './folder/decode.js';
export type { Place } from './folder/entries.js';
export { type ImageFolderOptions, loadImageFolder } from './folder/image-folder.js';
export { readStream, streamImageFolder } from './folder/image-stream.js';
export { describeIgnored, shortList } from './folder/listing.js';
export { imageSetFromIdx, loadIdxFolder } from './idx-folder.js';
export { loadMnist } from './mnist.js';
export { listPictures, type PictureReader, pictureReader } from './pictures.js';
export { sampleImages, splitValidation } from './split.js';
export { type ImageStatistics, statisticsOf } from './statistics.js';
export {
  loadTestImages,
  type TestImages,
  type TestImagesOptions,
  type TestPart,
  type TrainingData,
} from './test-images.js';
export { trainingSplit } from './training-split.js';
