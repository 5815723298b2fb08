import type { BinaryDuoRecipe, Dataset, Images, tf } from '@bd-edge/trainer';
import type { RunRecord } from '../run-record.js';
import { say } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer } from '../trainer.js';
import { readInput } from './input-file.js';
import { RecipeFileOptionError } from './recipe-file-option.js';

/** What `networkOption`, `widthOption` and `weightsOption` say. */
export interface NetworkFlags {
  network?: string;
  width?: number;
  weights?: 'binary' | 'float';
  channelScales?: boolean;
}

/** The recipe, for the network that the flags name: a built-in one, or a file's. */
export async function withNetwork(
  recipe: BinaryDuoRecipe,
  { network, width, weights, channelScales }: NetworkFlags,
): Promise<BinaryDuoRecipe> {
  const isFile = network?.endsWith('.json');
  if (isFile && width !== undefined) throw new RecipeFileOptionError('--width', network as string);
  return {
    ...recipe,
    ...(network !== undefined && { network: isFile ? await readRecipe(network) : network }),
    ...(width !== undefined && { width }),
    ...(weights !== undefined && { weights }),
    ...(channelScales && { channelScales }),
  };
}

/** @throws InvalidRecipeError, and what reading a file throws */
export async function readRecipe(file: string) {
  const { readNetworkRecipe } = await loadTrainer();
  return readNetworkRecipe(String(await readInput(file)));
}

/**
 * A dataset for a trained network, read as it was for the run that the network comes from.
 *
 * @param data its name; default: that of the run
 * @returns undefined where nobody says what the network was trained on
 * @throws UnfitDatasetError where the network does not take such images
 */
export async function loadForTrained(
  model: tf.LayersModel,
  record: RunRecord | undefined,
  data = record?.data,
): Promise<Dataset<Images> | undefined> {
  if (data === undefined) return undefined;
  const { checkFits, loadDataset } = await loadTrainer();
  const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
  const { corrupt, stream } = record ?? {};
  const dataset = await loadDataset(data, { height, width, channels, corrupt, stream });
  checkFits(model, dataset);
  return dataset;
}

/**
 * The dataset; pictures in a folder become as large as the network's input.
 *
 * @throws UnfitAugmentationError where the recipe asks for one that such images cannot have
 */
export async function loadFor(
  recipe: BinaryDuoRecipe,
  { data, stream, corrupt }: { data: string; stream?: boolean; corrupt?: 'skip' | 'refuse' },
): Promise<Dataset<Images>> {
  const trainer = await loadTrainer();
  const isFolder = trainer.kindOfFolder(data) === 'images';
  // Before anything is read, or an earlier run deleted.
  for (const { augmentation = {} } of [recipe.coupled, recipe.finetune])
    trainer.checkAugmentation(augmentation, isFolder && stream ? 'stream' : 'memory');
  let shape = {};
  if (isFolder) {
    const model = trainer.networkOf(recipe, 0);
    const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
    shape = { height, width, channels };
    model.dispose();
  }
  const bar = progressBar('read images');
  const dataset = await trainer
    .loadDataset(data, { ...shape, stream, corrupt, onProgress: bar.update })
    .finally(bar.stop);
  for (const path of dataset.skipped ?? []) say(`left out, it cannot be read: ${path}`);
  const ignored = trainer.describeIgnored(dataset.ignored ?? {});
  if (ignored) say(`left out, no images by their endings: ${ignored}`);
  return dataset;
}
