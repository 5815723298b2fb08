import { parseModel } from '@bd-edge/sdk';
import { labelsOf, UsageError } from '@bd-edge/sdk/internal';
import { type Dataset, loadDataset, UnknownDatasetError } from '@bd-edge/trainer/internal';

/** The dataset that a model was trained on is not here. */
export class OwnDataMissingError extends UsageError {}

/** The labels of a dataset mean other classes than those of the model. */
export class OtherClassesError extends UsageError {}

const DEFAULT_DATA = 'mnist';

/**
 * The dataset to try a packed network on; pictures in a folder become as large as the network's input.
 *
 * @param data its name; default: what the network says that it was trained on, or MNIST where it does not
 * @throws {OwnDataMissingError} where nobody named a dataset, and the network's own is not here
 * @throws {OtherClassesError} where its classes are not the network's, in the same order
 */
export async function loadForPacked(
  bytes: Uint8Array,
  { data, corrupt }: { data?: string; corrupt: 'skip' | 'refuse' },
): Promise<Dataset> {
  const model = parseModel(bytes);
  const { height, width, channels } = model.input;
  const own = ownData(model.metadata?.training);
  const dataset = await loadDataset(data ?? own ?? DEFAULT_DATA, { height, width, channels, corrupt }).catch(
    (cause) => {
      if (data !== undefined || own === undefined || !(cause instanceof UnknownDatasetError)) throw cause;
      throw new OwnDataMissingError(
        `The model was trained on "${own}", which is no dataset or folder here; name its images with --data.`,
        { cause },
      );
    },
  );
  const labels = labelsOf(model);
  if (labels !== undefined && !sameList(labels, dataset.classes)) {
    throw new OtherClassesError(
      `The model tells ${list(labels)} apart, but the classes of ${dataset.name} are ${list(dataset.classes)}; ` +
        'name images of its own classes with --data.',
    );
  }
  return dataset;
}

/** Metadata is whatever somebody wrote there. */
function ownData(training: unknown): string | undefined {
  const data = (training as { data?: unknown } | null | undefined)?.data;
  return typeof data === 'string' ? data : undefined;
}

const sameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, i) => name === b[i]);

function list(names: readonly string[]): string {
  const SHOWN = 10;
  const rest = names.length > SHOWN ? `, ... (${names.length})` : '';
  return `${names.slice(0, SHOWN).join(', ')}${rest}`;
}
