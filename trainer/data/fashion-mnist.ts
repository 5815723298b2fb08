/** Fashion-MNIST: 60,000 + 10,000 articles of clothing, 28x28 gray (Xiao et al. 2017, arXiv 1708.07747). */
import type { Dataset } from './dataset.js';
import { hasIdxFiles, loadIdxDataset } from './idx-folder.js';
import { DatasetMissingError } from './mnist.js';

export const FASHION_MNIST_CLASSES = [
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const;

/** Where to look: below the working directory, then where Debian's package `dataset-fashion-mnist` puts it. */
const FOLDERS = [
  'data/fashion-mnist',
  '/usr/share/datasets/fashion-mnist',
  '/usr/share/dataset-fashion-mnist',
];

/**
 * @throws DatasetMissingError where the files are in none of the usual places
 * @throws InvalidIdxError where they are damaged
 */
export async function loadFashionMnist(folders: readonly string[] = FOLDERS): Promise<Dataset> {
  const folder = folders.find(hasIdxFiles);
  if (folder === undefined) {
    throw new DatasetMissingError(
      `The files of Fashion-MNIST are in none of ${folders.join(', ')}; fetch them from https://github.com/zalandoresearch/fashion-mnist and put them there, or name their folder instead of the dataset.`,
    );
  }
  return loadIdxDataset(folder, 'fashion-mnist', FASHION_MNIST_CLASSES);
}
