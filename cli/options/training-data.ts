import { UsageError } from '@bd-edge/sdk/internal';
import { readTextFile } from '@bd-edge/sdk/internal/files';
import type { Dataset, Images, TrainingRecipe, tf } from '@bd-edge/trainer';
import type { RunRecord } from '../run-record.js';
import { printMessage } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer, type Trainer } from '../trainer.js';
import { printNotes } from './test-images.js';

/** The values of `networkOption`, `widthOption`, `weightsOption` and `channelScalesOption`. */
export interface NetworkFlags {
  network?: string;
  width?: number;
  weights?: 'binary' | 'float';
  channelScales?: boolean;
}

/** Returns the recipe with the network that the flags select: a built-in one, or the description in a file. */
export async function withNetwork(
  recipe: TrainingRecipe,
  { network, width, weights, channelScales }: NetworkFlags,
): Promise<TrainingRecipe> {
  const isFile = network?.endsWith('.json');
  if (isFile && width !== undefined) throw builtInOnly('--width', network as string);
  return {
    ...recipe,
    ...(network !== undefined && { network: isFile ? await readSpec(network) : network }),
    ...(width !== undefined && { width }),
    ...(weights !== undefined && { weights }),
    ...(channelScales && { channelScales }),
  };
}

/** Returns the error for an option that changes built-in networks, together with a network description. */
export function builtInOnly(option: string, file: string): UsageError {
  return new UsageError(
    'built-in-network-only',
    `${option} applies to built-in networks only; change the layers in ${file} instead.`,
    { received: option },
  );
}

/** Reads the description of a network. @throws what reading the file throws, and the trainer for an invalid one */
export async function readSpec(file: string) {
  const { readNetworkSpec } = await loadTrainer();
  return readNetworkSpec(await readTextFile(file));
}

/**
 * Loads a dataset for a trained network, with the settings of the run that trained it.
 *
 * @param data a name or a path, such as that of `dataOfTrained`
 * @returns undefined without data
 * @throws {IncompatibleDataError} if the network takes other images
 */
export async function loadForTrained(
  model: tf.LayersModel,
  record: RunRecord | undefined,
  data: string | undefined,
): Promise<Dataset<Images> | undefined> {
  if (data === undefined) return undefined;
  const { checkCompatible, loadDataset } = await loadTrainer();
  const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
  const { corrupt, stream } = record ?? {};
  const dataset = await loadDataset(data, { height, width, channels, corrupt, stream });
  checkCompatible(model, dataset);
  return dataset;
}

/**
 * Loads a dataset. Pictures in a folder are scaled to the network's input.
 *
 * @throws {UsageError} if the recipe's augmentation does not apply to such images
 */
export async function loadFor(
  recipe: TrainingRecipe,
  { data, stream, corrupt }: { data: string; stream?: boolean; corrupt?: 'skip' | 'reject' },
): Promise<Dataset<Images>> {
  const trainer = await loadTrainer();
  const isFolder = trainer.kindOfFolder(data) === 'images';
  // Checked before anything is read, or an earlier run deleted.
  for (const { augmentation = {} } of [recipe.coupled, recipe.finetuned])
    trainer.checkAugmentation(augmentation, isFolder && stream ? 'stream' : 'memory');
  let shape = {};
  if (isFolder) {
    const model = trainer.coupledNetworkOf(recipe, 0);
    const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
    shape = { height, width, channels };
    model.dispose();
  }
  const bar = progressBar('read images');
  const dataset = await trainer
    .loadDataset(data, { ...shape, stream, corrupt, onProgress: bar.update })
    .finally(bar.stop);
  await printNotes(dataset);
  return dataset;
}

/** The schedule of a network description for which no recipe is named. */
const SCHEDULE_FOR_DESCRIPTIONS = 'mnist';

/**
 * Returns the name of the recipe. A network description has its own layers, and needs only a schedule.
 *
 * @throws {UsageError} code `no-recipe-for-dataset`
 */
export function recipeNameOf(
  { recipeNameFor, DATASET_NAMES }: Pick<Trainer, 'recipeNameFor' | 'DATASET_NAMES'>,
  { recipe, data, network }: { recipe?: string; data: string; network?: string },
): string {
  if (recipe !== undefined) return recipe;
  if (DATASET_NAMES.includes(data) || !network?.endsWith('.json')) return recipeNameFor(data);
  printMessage(
    `recipe: the schedule of ${SCHEDULE_FOR_DESCRIPTIONS}, since --recipe is not given; see --epochs, --batch, --lr`,
  );
  return SCHEDULE_FOR_DESCRIPTIONS;
}
