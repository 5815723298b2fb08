/** The datasets that can be asked for by name, and those that are a folder. */
import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { CIFAR10_TEST_FILE, loadCifar10 } from './cifar10.js';
import type { Dataset, Images } from './dataset.js';
import { FASHION_MNIST_CLASSES, loadFashionMnist } from './fashion-mnist.js';
import { type ImageFolderOptions, loadImageFolder } from './folder/image-folder.js';
import { streamImageFolder } from './folder/image-stream.js';
import { hasIdxFiles, loadIdxDataset } from './idx-folder.js';
import { loadMnist } from './mnist.js';

export class UnknownDatasetError extends UsageError {
  override readonly name = 'UnknownDatasetError';
}

const LOADERS: Record<string, () => Promise<Dataset>> = {
  mnist: loadMnist,
  'fashion-mnist': () => loadFashionMnist(),
  cifar10: () => loadCifar10(),
};

export const DATASET_NAMES: readonly string[] = Object.keys(LOADERS);

/** For folders of image files; of datasets with a size of their own nothing but `stream` is looked at. */
export interface LoadOptions extends ImageFolderOptions {
  /** Read the images when they are due. Default: false. */
  stream?: boolean;
}

/** What is in a folder, or undefined where it is none. */
export function kindOfFolder(path: string): 'idx' | 'cifar10' | 'images' | undefined {
  if (!existsSync(path) || !statSync(path).isDirectory()) return undefined;
  if (hasIdxFiles(path)) return 'idx';
  if (existsSync(join(path, CIFAR10_TEST_FILE))) return 'cifar10';
  return 'images';
}

/**
 * @param name one of `DATASET_NAMES`, or else a folder: of IDX files as MNIST has them, of CIFAR-10's binary files, or
 *   of images by class
 * @throws UnknownDatasetError, and what the dataset's own loader throws
 */
export function loadDataset(name: string, options?: LoadOptions & { stream?: false }): Promise<Dataset>;
export function loadDataset(name: string, options?: LoadOptions): Promise<Dataset<Images>>;
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset<Images>> {
  if (Object.hasOwn(LOADERS, name)) return LOADERS[name]();
  switch (kindOfFolder(name)) {
    case 'idx':
      return loadNamedIdx(name);
    case 'cifar10':
      return loadCifar10(name);
    case 'images':
      return options.stream ? streamImageFolder(name, options) : loadImageFolder(name, options);
    default:
      throw new UnknownDatasetError(
        `There is no dataset or folder "${name}"; there are: ${DATASET_NAMES.join(', ')}.`,
      );
  }
}

function loadNamedIdx(folder: string): Promise<Dataset> {
  const name = basename(resolve(folder));
  return loadIdxDataset(folder, name, /fashion/i.test(name) ? FASHION_MNIST_CLASSES : undefined);
}
