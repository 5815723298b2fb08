/** Fashion-MNIST: 60,000 + 10,000 articles of clothing, 28x28 gray (Xiao et al. 2017, arXiv 1708.07747). */
import { UsageError } from '@bd-edge/sdk/internal';
import type { Dataset } from './dataset.js';
import { hasIdxFiles, loadIdxDataset } from './idx-folder.js';

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

/** Default folders: below the working directory, then that of Debian's package `dataset-fashion-mnist`. */
const FOLDERS = [
  'data/fashion-mnist',
  '/usr/share/datasets/fashion-mnist',
  '/usr/share/dataset-fashion-mnist',
];

/**
 * Loads Fashion-MNIST from the first folder that has its files.
 *
 * @throws {UsageError} `dataset-not-found`
 * @throws {FileError} `invalid-idx` if the files are damaged
 */
export async function loadFashionMnist(folders: readonly string[] = FOLDERS): Promise<Dataset> {
  const folder = folders.find(hasIdxFiles);
  if (folder === undefined) {
    throw new UsageError(
      'dataset-not-found',
      `Fashion-MNIST was not found in ${folders.join(' or ')}; download it from https://github.com/zalandoresearch/fashion-mnist, or pass its folder instead of the name.`,
      { received: 'fashion-mnist', expected: folders },
    );
  }
  return loadIdxDataset(folder, 'fashion-mnist', FASHION_MNIST_CLASSES);
}
