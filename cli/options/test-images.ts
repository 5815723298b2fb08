import { parseModel } from '@bd-edge/sdk';
import { type BdEdgeError, classNamesOf, UsageError } from '@bd-edge/sdk/internal';
import type { Dataset } from '@bd-edge/trainer';
import { loadTrainer } from '../trainer.js';

const DEFAULT_DATA = 'mnist';

/**
 * Loads the dataset on which to run a packed network. Pictures in a folder are scaled to the network's input.
 *
 * @param data default: the training data that the model's metadata names, or MNIST
 * @throws {UsageError} code `training-data-missing` if the model's training data is not a dataset or folder here,
 *   `other-classes` if the class names of the dataset are not those of the model, in the same order
 */
export async function loadForPacked(
  bytes: Uint8Array,
  { data, corrupt }: { data?: string; corrupt: 'skip' | 'reject' },
): Promise<Dataset> {
  const { loadDataset } = await loadTrainer();
  const model = parseModel(bytes);
  const { height, width, channels } = model.input;
  const trainedOn = model.metadata?.training?.data;
  const own = typeof trainedOn === 'string' ? trainedOn : undefined;
  const dataset = await loadDataset(data ?? own ?? DEFAULT_DATA, { height, width, channels, corrupt }).catch(
    (cause: BdEdgeError) => {
      if (data !== undefined || own === undefined || cause.code !== 'unknown-dataset') throw cause;
      throw new UsageError(
        'training-data-missing',
        `The model's training data "${own}" is not a dataset or folder here; choose test images with --data.`,
        { received: own, cause },
      );
    },
  );
  const classNames = classNamesOf(model);
  if (classNames !== undefined && !isSameList(classNames, dataset.classNames)) {
    throw new UsageError(
      'other-classes',
      `${dataset.name} has the classes ${shorten(dataset.classNames)}; expected the model's classes ` +
        `${shorten(classNames)}: choose other images with --data.`,
      { received: dataset.classNames, expected: classNames },
    );
  }
  return dataset;
}

const isSameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, i) => name === b[i]);

function shorten(names: readonly string[]): string {
  const MAX_NAMES = 10;
  const rest = names.length > MAX_NAMES ? `, ... (${names.length})` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest}`;
}
