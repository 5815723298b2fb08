/** The datasets that can be asked for by name. */
import { UsageError } from '../../sdk/errors.js';
import type { Dataset } from './dataset.js';
import { loadMnist } from './mnist.js';

export class UnknownDatasetError extends UsageError {}

const LOADERS: Record<string, () => Promise<Dataset>> = { mnist: loadMnist };

export const DATASET_NAMES: readonly string[] = Object.keys(LOADERS);

/** @throws UnknownDatasetError, and what the dataset's own loader throws */
export async function loadDataset(name: string): Promise<Dataset> {
  if (!Object.hasOwn(LOADERS, name)) {
    throw new UnknownDatasetError(`There is no dataset "${name}"; there are: ${DATASET_NAMES.join(', ')}.`);
  }
  return LOADERS[name]();
}
