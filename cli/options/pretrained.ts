/** The network that `bd-edge train --pretrained` begins with. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import type { tf } from '@bd-edge/trainer';
import { findTrainedModel } from '../run-record.js';
import { loadTrainer } from '../trainer.js';
import type { Settings } from './train-settings.js';

/** A pretrained network has learned from images that are to choose the best epoch. */
class SeenValidationError extends UsageError {}

/** A pretrained network would be overwritten. */
class PretrainedInsideError extends UsageError {}

/**
 * The coupled network of a run, or a model's own folder.
 *
 * @throws SeenValidationError where it was trained on images that would now choose the best epoch
 */
export async function readPretrained(
  folder: string,
  { data, seed, limit }: Pick<Settings, 'data' | 'seed' | 'limit'>,
): Promise<tf.LayersModel> {
  const { loadModel } = await loadTrainer();
  const { record, folder: model } = await findTrainedModel(folder, 'coupled');
  if (record?.data === data && (record.seed !== seed || record.limit !== limit)) {
    const flags = [
      `--seed ${record.seed}`,
      ...(record.limit === undefined ? [] : [`--limit ${record.limit}`]),
    ];
    throw new SeenValidationError(
      `The run in ${folder} held out other images of ${data} for validation; go on with its ${flags.join(' ')}.`,
    );
  }
  return loadModel(model);
}

/** @throws PretrainedInsideError since a run replaces what is in its folder */
export function requireOutside(out: string, pretrained: string | undefined): void {
  if (pretrained === undefined) return;
  const [run, model] = [out, pretrained].map((path) =>
    existsSync(path) ? realpathSync(path) : resolve(path),
  );
  if (model !== run && !model.startsWith(run + sep)) return;
  throw new PretrainedInsideError(
    `${pretrained} is in the folder that this run replaces, ${out}; name another one with --out.`,
  );
}
