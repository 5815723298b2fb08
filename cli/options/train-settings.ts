import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import type { BinaryDuoRecipe, LossOptions, OptimizerOptions, TrainingRecipe } from '@bd-edge/trainer';
import { stageOf } from '@bd-edge/trainer/internal';
import * as v from 'valibot';
import { parseAugmentation } from './augmentation-option.js';

/** What `--optimizer` names. */
export const OPTIMIZERS = {
  adam: { kind: 'adam' },
  adamw: { kind: 'adamw' },
  momentum: { kind: 'momentum', nesterov: false },
  nesterov: { kind: 'momentum', nesterov: true },
} as const satisfies Record<string, OptimizerOptions>;

const Settings = v.object({
  data: v.string(),
  recipe: v.optional(v.string()),
  network: v.optional(v.string()),
  weights: v.optional(v.picklist(['binary', 'float'])),
  width: v.optional(v.number()),
  channelScales: v.optional(v.boolean()),
  pretrained: v.optional(v.string()),
  seed: v.number(),
  epochs: v.optional(v.number()),
  finetuneEpochs: v.optional(v.number()),
  batch: v.optional(v.number()),
  rate: v.optional(v.number()),
  finetuneRate: v.optional(v.number()),
  optimizer: v.optional(v.picklist(Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[])),
  weightDecay: v.optional(v.number()),
  schedule: v.optional(v.literal('cosine')),
  augment: v.optional(v.string()),
  labelSmoothing: v.optional(v.number()),
  distill: v.optional(v.number()),
  temperature: v.optional(v.number()),
  teacherEpochs: v.optional(v.number()),
  teacherRate: v.optional(v.number()),
  precision: v.optional(v.picklist(['float32', 'bfloat16'])),
  backend: v.optional(v.picklist(['native', 'wasm'])),
  limit: v.optional(v.number()),
  stream: v.optional(v.boolean()),
  corrupt: v.picklist(['skip', 'refuse']),
});

/** The flags of `bd-edge train` that decide what comes out; a run keeps them, so that it can be resumed. */
export type Settings = v.InferOutput<typeof Settings>;

/** There is no run in a folder, or one that began with other flags. */
export class NoSuchRunError extends UsageError {}

/** A file of somebody else's has the name of a run's settings. */
export class ForeignSettingsError extends UsageError {}

const FILE = 'settings.json';

/** @throws ForeignSettingsError where a run in the folder would replace what is not a run's */
export async function checkReplaceable(directory: string): Promise<void> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  try {
    v.parse(Settings, JSON.parse(text));
  } catch (cause) {
    throw new ForeignSettingsError(
      `${path} does not hold the settings of a run, and a run in ${directory} would replace it; name another folder with --out, or move it away.`,
      { cause },
    );
  }
}

export async function writeSettings(directory: string, settings: Settings): Promise<void> {
  const { writeFileWhole } = await import('@bd-edge/sdk/internal/files');
  const kept = v.parse(Settings, settings);
  await writeFileWhole(join(directory, FILE), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Whether a run began in the folder; it may have ended since. */
export function hasSettings(directory: string): boolean {
  return existsSync(join(directory, FILE));
}

/**
 * The settings that a run began with.
 *
 * @param given flags of the command that resumes it, of which those that `isGiven` must be the same
 * @throws NoSuchRunError
 */
export async function readSettings(
  directory: string,
  given: Settings,
  isGiven: (name: string) => boolean,
): Promise<Settings> {
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new NoSuchRunError(`There is no run to resume in ${directory}; name its folder with --out.`);
  let kept: Settings;
  try {
    kept = v.parse(Settings, JSON.parse(text));
  } catch (cause) {
    throw new NoSuchRunError(
      `${path} does not hold the settings of a run; move it away and train anew without --resume.`,
      {
        cause,
      },
    );
  }
  for (const name of Object.keys(Settings.entries) as (keyof Settings)[]) {
    if (!isGiven(name) || given[name] === kept[name]) continue;
    throw new NoSuchRunError(
      `The run in ${directory} began with ${name} ${kept[name] ?? 'as the recipe has it'}, not ${given[name]}; leave the flag out to resume, or train anew without --resume.`,
    );
  }
  return kept;
}

/** The recipe, with what the flags replace in it; drops of the rate move with the number of epochs. */
export function withSettings(recipe: BinaryDuoRecipe, settings: Settings): BinaryDuoRecipe {
  const { epochs, finetuneEpochs, batch, rate, finetuneRate } = settings;
  const loss = lossOf(settings);
  const changed = (recipe: TrainingRecipe, epochs = recipe.epochs, rate = recipe.schedule.rate) => {
    const stage = stageOf(recipe, epochs, rate);
    return {
      ...stage,
      batchSize: batch ?? stage.batchSize,
      optimizer: {
        ...(settings.optimizer ? OPTIMIZERS[settings.optimizer] : stage.optimizer),
        ...(settings.weightDecay !== undefined && { weightDecay: settings.weightDecay }),
      },
      ...(settings.schedule && { schedule: { kind: settings.schedule, rate } }),
      ...(loss && { loss }),
      ...(settings.precision && { precision: settings.precision }),
      ...(settings.augment !== undefined && { augmentation: parseAugmentation(settings.augment) }),
    };
  };
  const { teacherEpochs, teacherRate = rate } = settings;
  return {
    ...recipe,
    ...((teacherEpochs ?? settings.teacherRate) !== undefined && {
      teacher: teacherStage(changed(recipe.coupled, teacherEpochs, teacherRate)),
    }),
    coupled: changed(recipe.coupled, epochs, rate),
    finetune: changed(recipe.finetune, finetuneEpochs, finetuneRate),
  };
}

function teacherStage({ loss: _, ...stage }: TrainingRecipe): TrainingRecipe {
  return stage;
}

const DEFAULT_TEMPERATURE = 4;

/** An option of something that was not asked for. */
export class UnusedOptionError extends UsageError {}

/** @throws UnusedOptionError for an option of distillation without `--distill` */
function lossOf({ labelSmoothing, distill, ...settings }: Settings): LossOptions | undefined {
  const { temperature, teacherEpochs, teacherRate } = settings;
  if (distill === undefined) {
    const unused = Object.entries({
      '--temperature': temperature,
      '--teacher-epochs': teacherEpochs,
      '--teacher-rate': teacherRate,
    }).find(([, value]) => value !== undefined);
    if (unused) {
      throw new UnusedOptionError(
        `${unused[0]} is of distillation, which is off; give --distill 0.5 with it, or leave it away.`,
      );
    }
  }
  if (labelSmoothing === undefined && distill === undefined) return undefined;
  return {
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(distill !== undefined && {
      distillation: { weight: distill, temperature: temperature ?? DEFAULT_TEMPERATURE },
    }),
  };
}
