/** The record of a training run: its settings and results, saved with its networks. */
import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FileError, UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { StageName } from '@bd-edge/trainer';
import * as v from 'valibot';
import { readTextIfPresent } from './options/input-file.js';
import { STAGES } from './options/names.js';
import { dataOfRun, hasSettings } from './options/train-settings.js';
import { shellArgument } from './terminal/shell-argument.js';
import type { Trainer } from './trainer.js';

const Stage = v.object({ testAccuracy: v.number(), validationAccuracy: v.optional(v.number()) });

const RunRecord = v.object({
  /** The name of the dataset, and not its path: the record says nothing about the computer. */
  data: v.string(),
  classNames: v.optional(v.array(v.string())),
  /** How pictures of validation and test were prepared. */
  preparation: v.optional(
    v.object({
      fit: v.optional(v.picklist(['cover', 'contain', 'fill'])),
      centerShare: v.optional(v.number()),
      invert: v.optional(v.boolean()),
    }),
  ),
  /** A digest of names and sizes of the files for training, and whether the test images were held out of them. */
  files: v.optional(v.string()),
  heldOut: v.optional(v.boolean()),
  network: v.string(),
  recipe: v.string(),
  weights: v.optional(v.string()),
  width: v.optional(v.number()),
  pretrained: v.optional(v.string()),
  seed: v.number(),
  limit: v.optional(v.number()),
  corrupt: v.optional(v.picklist(['skip', 'reject'])),
  precision: v.optional(v.picklist(['float32', 'bfloat16'])),
  stream: v.optional(v.boolean()),
  backend: v.string(),
  validationImages: v.number(),
  seconds: v.number(),
  teacher: v.optional(v.object({ validationAccuracy: v.number() })),
  coupled: Stage,
  decoupled: Stage,
  finetuned: Stage,
});

export type RunRecord = v.InferOutput<typeof RunRecord>;

const FILE = 'run.json';

/**
 * Returns the network that is the best on validation images. Of equals it is the first one: the coupled network is the
 * same function as the decoupled one, with half of the weights.
 */
export function bestStage(stages: Record<StageName, { validationAccuracy?: number }>): StageName | undefined {
  if (STAGES.some((name) => stages[name].validationAccuracy === undefined)) return undefined;
  const accuracy = (name: StageName) => stages[name].validationAccuracy ?? 0;
  return STAGES.reduce((best, name) => (accuracy(name) > accuracy(best) ? name : best));
}

/** The report of a run as a page, in the same folder. */
export const REPORT_FILE = 'report.html';

export async function writeRunRecord(directory: string, record: RunRecord): Promise<void> {
  await writeFileWhole(join(directory, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** Deletes the record and the report of an earlier run: the new one has none before it ends. */
export async function deleteRunRecord(directory: string): Promise<void> {
  for (const file of [FILE, REPORT_FILE]) await rm(join(directory, file), { force: true });
}

/** Returns whether the run in a folder can be resumed. */
export function hasCheckpoint(
  {
    CHECKPOINT_FILE,
    PHASES,
    trainingDirectory,
  }: Pick<Trainer, 'CHECKPOINT_FILE' | 'PHASES' | 'trainingDirectory'>,
  directory: string,
): boolean {
  return PHASES.some((phase) => existsSync(join(trainingDirectory(directory, phase), CHECKPOINT_FILE)));
}

/** @throws {UsageError} code `run-exists` if a new run would replace one that is finished or can be resumed */
export function requireNoRun(trainer: Trainer, directory: string): void {
  if (!existsSync(join(directory, FILE)) && !hasCheckpoint(trainer, directory)) return;
  throw new UsageError(
    'run-exists',
    `${directory} already contains a run; add --resume or --overwrite, or choose another folder with --out.`,
    { received: directory },
  );
}

/** A trained network in a folder that a user named. */
export interface TrainedModel {
  /** The argument of `loadModel`. */
  folder: string;
  /** The record of its run. */
  record?: RunRecord;
  /** Its stage in the run. */
  stage?: StageName;
}

/**
 * Finds a trained network.
 *
 * @param folder the folder of a run, of a network of a run, or of another model
 * @param stage the network of a run to choose; the folder of a network overrides it
 * @throws {FileError} code `invalid-run-record` if the record is damaged, `unfinished-run` if the run was aborted,
 *   `not-a-folder` for a file
 */
export async function findTrainedModel(folder: string, stage: StageName): Promise<TrainedModel> {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    const fix = folder.endsWith('.bdm') ? 'It is exported already.' : 'Name the folder that it is in.';
    const message = `${folder} is a file; expected the folder of a training run or of a TensorFlow.js layers model. ${fix}`;
    throw new FileError('not-a-folder', message, { path: folder });
  }
  const record = await readRunRecord(folder);
  if (record) return { folder: join(folder, stage), record, stage };
  if (hasSettings(folder) && !existsSync(join(folder, 'model.json'))) {
    throw new FileError(
      'unfinished-run',
      `The training run in ${folder} is not finished; resume it: bd-edge train --resume --out ${shellArgument(folder)}`,
      { path: folder },
    );
  }
  const named = STAGES.find((name) => name === basename(folder));
  return { folder, record: await readRunRecord(join(folder, '..')), stage: named };
}

/**
 * Returns the data on which a network was trained, as a path from the working directory or a name.
 *
 * @param folder the argument of `findTrainedModel`
 */
export async function dataOfTrained(
  folder: string,
  record: RunRecord | undefined,
): Promise<string | undefined> {
  if (record === undefined) return undefined;
  return (await dataOfRun(folder)) ?? (await dataOfRun(join(folder, '..'))) ?? record.data;
}

async function readRunRecord(directory: string): Promise<RunRecord | undefined> {
  const path = join(directory, FILE);
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return v.parse(RunRecord, JSON.parse(text));
  } catch (cause) {
    throw new FileError(
      'invalid-run-record',
      `${path} is not the record of a training run; delete it or train again.`,
      { path, cause },
    );
  }
}
