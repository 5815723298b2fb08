/** The network with which `bd-edge train --pretrained` begins. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import type { tf } from '@bd-edge/trainer';
import { findTrainedModel, type RunRecord } from '../run-record.js';
import { loadTrainer } from '../trainer.js';
import { dataOfRun, type Settings } from './train-settings.js';

/**
 * Loads the coupled network of a run, or the model in a folder.
 *
 * @throws {UsageError} code `seen-validation-images` if it was trained on images that would now choose the best epoch
 */
export async function readPretrained(
  folder: string,
  { data, seed, limit }: Pick<Settings, 'data' | 'seed' | 'limit'>,
): Promise<tf.LayersModel> {
  const { loadModel } = await loadTrainer();
  const { record, folder: model } = await findTrainedModel(folder, 'coupled');
  const isOther = record !== undefined && (record.seed !== seed || record.limit !== limit);
  if (isOther && (await isTrainedOn(folder, record, data))) {
    const flags = [
      `--seed ${record.seed}`,
      ...(record.limit === undefined ? [] : [`--limit ${record.limit}`]),
    ];
    throw new UsageError(
      'seen-validation-images',
      `The run in ${folder} was trained on some of the validation images of this run; use its ${flags.join(' ')}.`,
      { received: folder, expected: flags },
    );
  }
  return loadModel(model);
}

/** Returns whether a run was trained on the same data. Without its settings, the name of the data decides. */
async function isTrainedOn(folder: string, record: RunRecord, data: string): Promise<boolean> {
  const trained = (await dataOfRun(folder)) ?? (await dataOfRun(join(folder, '..')));
  if (trained === undefined) return record.data === basename(resolve(data));
  return trained === data || resolve(trained) === resolve(data);
}

/** @throws {UsageError} code `pretrained-in-run` if the run would replace the pretrained network */
export function requireOutside(out: string, pretrained: string | undefined): void {
  if (pretrained === undefined) return;
  const [run, model] = [out, pretrained].map((path) =>
    existsSync(path) ? realpathSync(path) : resolve(path),
  );
  if (model !== run && !model.startsWith(run + sep)) return;
  throw new UsageError(
    'pretrained-in-run',
    `This run would replace the pretrained network ${pretrained}; choose another folder with --out.`,
    { received: out },
  );
}
