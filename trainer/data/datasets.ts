/** Datasets by name or folder. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { hasCifar10Files, loadCifar10 } from './cifar10.js';
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

export type FolderKind = 'idx' | 'cifar10' | 'images';

/** Returns what a folder contains, or undefined if the path is not a folder. */
export function kindOfFolder(path: string): FolderKind | undefined {
  return locate(path)?.kind;
}

/** The number of levels of archives that have a folder in a folder. */
const MAX_LEVELS = 3;

/**
 * Finds the files of a dataset in a folder, or in the only folder that is in it. The reader of images finds its own
 * folder, whose notes tell people.
 */
export function locate(path: string): { kind: FolderKind; folder: string } | undefined {
  if (!existsSync(path) || !statSync(path).isDirectory()) return undefined;
  let folder = path;
  for (let level = 0; level <= MAX_LEVELS; level++) {
    if (hasIdxFiles(folder)) return { kind: 'idx', folder };
    if (hasCifar10Files(folder)) return { kind: 'cifar10', folder };
    const inner = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !/^(\.|__MACOSX$)/.test(entry.name),
    );
    if (inner.length !== 1) break;
    folder = join(folder, inner[0].name);
  }
  return { kind: 'images', folder: path };
}

/** Returns the loader of a dataset that has a name. */
export function namedLoader(name: string): (() => Promise<Dataset>) | undefined {
  return Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
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
  const load = namedLoader(name);
  if (load) return load();
  const { kind, folder } = locate(name) ?? {};
  if (kind === undefined || folder === undefined) throw unknownDataset(name);
  if (kind === 'idx') return loadIdxDataset(folder, nameOf(name), classNamesOf(name, folder));
  if (kind === 'cifar10') return loadCifar10(folder);
  return options.stream ? streamImageFolder(name, options) : loadImageFolder(name, options);
}

export function unknownDataset(name: string): UsageError {
  if (existsSync(name)) {
    const message = `${name} is a file; expected a folder of images by class. \`bd-edge predict\` classifies single pictures.`;
    return new UsageError('unknown-dataset', message, { received: name, expected: 'a folder' });
  }
  return new UsageError(
    'unknown-dataset',
    `unknown dataset "${name}"; expected a folder or one of: ${DATASET_NAMES.join(', ')}.`,
    { received: name, expected: DATASET_NAMES },
  );
}

/** Returns the name of the dataset in a folder. */
export const nameOf = (path: string) => basename(resolve(path));

/** Returns the class names of IDX files in a folder, if its name tells them. */
export function classNamesOf(...paths: string[]): readonly string[] | undefined {
  return paths.some((path) => /fashion/i.test(nameOf(path))) ? FASHION_MNIST_CLASSES : undefined;
}
