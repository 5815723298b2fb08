import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { FileError } from '../sdk/errors.js';

const Stage = v.object({ testAccuracy: v.number() });

const RunRecord = v.object({
  data: v.string(),
  network: v.string(),
  recipe: v.string(),
  weights: v.optional(v.string()),
  width: v.optional(v.number()),
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

const FILE = 'run.json';

export async function writeRunRecord(directory: string, record: RunRecord): Promise<void> {
  await writeFile(join(directory, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The record of the run that a model's folder belongs to: in the folder itself or the one above.
 *
 * @throws {RunRecordError} if there is one and it is damaged
 */
export async function findRunRecord(directory: string): Promise<RunRecord | undefined> {
  for (const folder of [directory, dirname(directory)]) {
    const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      return v.parse(RunRecord, JSON.parse(text));
    } catch (cause) {
      const path = join(folder, FILE);
      throw new RunRecordError(`${path} is not the record of a training run; delete it or train again.`, {
        cause,
      });
    }
  }
  return undefined;
}
