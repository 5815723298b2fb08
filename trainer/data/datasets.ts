/** Datasets by name or folder. */
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

const LOADERS: Record<string, () => Promise<Dataset>> = {
  mnist: loadMnist,
  'fashion-mnist': () => loadFashionMnist(),
  cifar10: () => loadCifar10(),
};

export const DATASET_NAMES: readonly string[] = Object.keys(LOADERS);

/** Options for folders of image files. Other datasets ignore them. */
export interface LoadOptions extends ImageFolderOptions {
  /** Reads images batch by batch instead of all at once. Default: false. */
  stream?: boolean;
}

/** Returns what a folder contains, or undefined if the path is not a folder. */
export function kindOfFolder(path: string): 'idx' | 'cifar10' | 'images' | undefined {
  if (!existsSync(path) || !statSync(path).isDirectory()) return undefined;
  if (hasIdxFiles(path)) return 'idx';
  if (existsSync(join(path, CIFAR10_TEST_FILE))) return 'cifar10';
  return 'images';
}

/**
 * Loads a dataset.
 *
 * @param name one of `DATASET_NAMES`, or a folder: of IDX files like those of MNIST, of CIFAR-10's binary files, or of
 *   images by class
 * @throws {UsageError} `unknown-dataset` or `dataset-not-found`
 * @throws {FileError} if its files are not valid
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
      throw new UsageError(
        'unknown-dataset',
        `unknown dataset "${name}"; expected a folder or one of: ${DATASET_NAMES.join(', ')}.`,
        { received: name, expected: DATASET_NAMES },
      );
  }
}

function loadNamedIdx(folder: string): Promise<Dataset> {
  const name = basename(resolve(folder));
  return loadIdxDataset(folder, name, /fashion/i.test(name) ? FASHION_MNIST_CLASSES : undefined);
}
