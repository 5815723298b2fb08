import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FileError, UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import {
  CHECKPOINT_FILE,
  PHASES,
  STAGES,
  type StageName,
  trainingDirectory,
} from '@bd-edge/trainer/internal';
import * as v from 'valibot';
import { hasSettings } from './options/train-settings.js';
import { shellArgument } from './terminal/shell-argument.js';

const Stage = v.object({ testAccuracy: v.number() });

const RunRecord = v.object({
  data: v.string(),
  network: v.string(),
  recipe: v.string(),
  weights: v.optional(v.string()),
  width: v.optional(v.number()),
  pretrained: v.optional(v.string()),
  seed: v.number(),
  limit: v.optional(v.number()),
  corrupt: v.optional(v.picklist(['skip', 'refuse'])),
  stream: v.optional(v.boolean()),
  backend: v.string(),
  validationImages: v.number(),
  seconds: v.number(),
  teacher: v.optional(v.object({ validationAccuracy: v.number() })),
  coupled: Stage,
  decoupled: Stage,
  finetuned: Stage,
});

/** What a training run leaves beside its models: how they came about, and how good they are. */
export type RunRecord = v.InferOutput<typeof RunRecord>;

/** A `run.json` that is not one. */
export class RunRecordError extends FileError {}

/** Hours of training would be lost. */
export class RunExistsError extends UsageError {}

/** A run that began, and has no networks to give until it ends. */
export class UnfinishedRunError extends FileError {}

const FILE = 'run.json';

/** The run as a page, beside its record. */
export const REPORT_FILE = 'report.html';

export async function writeRunRecord(directory: string, record: RunRecord): Promise<void> {
  await writeFileWhole(join(directory, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** A run that begins in the folder of another one has no record and no report until it has ended. */
export async function deleteRunRecord(directory: string): Promise<void> {
  for (const file of [FILE, REPORT_FILE]) await rm(join(directory, file), { force: true });
}

/** Whether a run in the folder can be gone on with. */
export function hasCheckpoint(directory: string): boolean {
  return PHASES.some((phase) => existsSync(join(trainingDirectory(directory, phase), CHECKPOINT_FILE)));
}

/** @throws {RunExistsError} where a new run in the folder would take the place of one that ended, or that can go on */
export function requireNoRun(directory: string): void {
  if (!existsSync(join(directory, FILE)) && !hasCheckpoint(directory)) return;
  throw new RunExistsError(
    `There is a run in ${directory} already; go on with it by --resume, replace it by --overwrite, or name another folder with --out.`,
  );
}

/** A trained network, as a folder that a user names leads to it. */
export interface TrainedModel {
  /** What `loadModel` reads. */
  folder: string;
  /** Of the run that it comes from. */
  record?: RunRecord;
  /** Which of the run's networks it is. */
  stage?: StageName;
}

/**
 * @param folder a run's, one of a run's networks', or that of a model from elsewhere
 * @param stage which network of a run; a folder that is one network's already says so itself
 * @throws {RunRecordError} where a run's record is damaged
 * @throws {UnfinishedRunError} where a run was stopped
 */
export async function findTrainedModel(folder: string, stage: StageName): Promise<TrainedModel> {
  const record = await readRunRecord(folder);
  if (record) return { folder: join(folder, stage), record, stage };
  if (hasSettings(folder) && !existsSync(join(folder, 'model.json'))) {
    throw new UnfinishedRunError(
      `The training run in ${folder} has not ended; go on with: bd-edge train --resume --out ${shellArgument(folder)}`,
    );
  }
  const named = STAGES.find((name) => name === basename(folder));
  return { folder, record: await readRunRecord(join(folder, '..')), stage: named };
}

async function readRunRecord(directory: string): Promise<RunRecord | undefined> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return v.parse(RunRecord, JSON.parse(text));
  } catch (cause) {
    throw new RunRecordError(`${path} is not the record of a training run; delete it or train again.`, {
      cause,
    });
  }
}
