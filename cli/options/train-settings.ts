/** The settings of a training run, which it keeps in its folder so that it can be resumed. */
import { existsSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import * as v from 'valibot';
import { OPTIMIZER_NAMES } from './apply-settings.js';
import { readTextIfPresent } from './input-file.js';

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
  finetunedEpochs: v.optional(v.number()),
  batch: v.optional(v.number()),
  learningRate: v.optional(v.number()),
  finetunedLearningRate: v.optional(v.number()),
  optimizer: v.optional(v.picklist(OPTIMIZER_NAMES)),
  weightDecay: v.optional(v.number()),
  schedule: v.optional(v.literal('cosine')),
  augment: v.optional(v.string()),
  labelSmoothing: v.optional(v.number()),
  distill: v.optional(v.number()),
  temperature: v.optional(v.number()),
  teacherEpochs: v.optional(v.number()),
  teacherLearningRate: v.optional(v.number()),
  precision: v.optional(v.picklist(['float32', 'bfloat16'])),
  backend: v.optional(v.picklist(['native', 'wasm'])),
  limit: v.optional(v.number()),
  stream: v.optional(v.boolean()),
  corrupt: v.picklist(['skip', 'reject']),
  /** The path from the folder of the run to the folder in which the command ran: paths are relative to it. */
  workingDirectory: v.optional(v.string()),
});

/** The options of `bd-edge train` that determine the result. */
export type Settings = v.InferOutput<typeof Settings>;

const FILE = 'settings.json';

/** @throws {UsageError} code `foreign-settings` if a run in the folder would replace a file that is not from a run */
export async function checkReplaceable(directory: string): Promise<void> {
  const path = join(directory, FILE);
  const text = await readTextIfPresent(path);
  if (text === undefined) return;
  try {
    v.parse(Settings, JSON.parse(text));
  } catch (cause) {
    throw new UsageError(
      'foreign-settings',
      `${path} is not from a run, and this run would replace it; choose another folder with --out, or move the file.`,
      { received: directory, cause },
    );
  }
}

export async function writeSettings(directory: string, settings: Settings): Promise<void> {
  const workingDirectory = relative(realpathSync(directory), process.cwd());
  const kept = v.parse(Settings, { ...settings, workingDirectory });
  await writeFileWhole(join(directory, FILE), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Returns whether a run was started in the folder; it may be finished. */
export function hasSettings(directory: string): boolean {
  return existsSync(join(directory, FILE));
}

/** The settings that name places. Their content decides whether a run can be resumed, and not their path. */
const PLACES = ['data', 'pretrained', 'network'] as const;

function isPlace(name: string, kept: Settings, given: Settings): boolean {
  if (name === 'network') return [kept, given].every(({ network }) => network?.endsWith('.json'));
  return PLACES.includes(name as (typeof PLACES)[number]);
}

/**
 * Returns the settings with their paths as they are from the working directory of this command: those from the folder in
 * which the run began, if they exist there.
 */
function withPaths(directory: string, settings: Settings): Settings {
  const { workingDirectory } = settings;
  if (workingDirectory === undefined) return settings;
  const found = { ...settings };
  for (const name of PLACES) {
    const path = settings[name];
    if (path === undefined) continue;
    const place = resolve(realpathSync(directory), workingDirectory, path);
    if (existsSync(place)) found[name] = relative('', place) || '.';
  }
  return found;
}

/** Returns the data of the run in a folder, as a path from the working directory; undefined without valid settings. */
export async function dataOfRun(directory: string): Promise<string | undefined> {
  const text = await readTextIfPresent(join(directory, FILE));
  if (text === undefined) return undefined;
  try {
    return withPaths(directory, v.parse(Settings, JSON.parse(text))).data;
  } catch {
    return undefined;
  }
}

/**
 * Reads the settings of a run. Its data, pretrained network and network description may be at another place than before.
 *
 * @param given the options of the command that resumes the run; those for which `isGiven` returns true must be equal
 * @throws {UsageError} code `no-run`, `foreign-settings` or `other-settings`
 */
export async function readSettings(
  directory: string,
  given: Settings,
  isGiven: (name: string) => boolean,
): Promise<Settings> {
  const path = join(directory, FILE);
  const text = await readTextIfPresent(path);
  if (text === undefined) {
    throw new UsageError('no-run', `${directory} contains no run to resume; choose its folder with --out.`, {
      received: directory,
    });
  }
  let kept: Settings;
  try {
    kept = v.parse(Settings, JSON.parse(text));
  } catch (cause) {
    throw new UsageError(
      'foreign-settings',
      `${path} does not contain the settings of a run; move it, and train without --resume.`,
      { received: directory, cause },
    );
  }
  for (const name of Object.keys(Settings.entries) as (keyof Settings)[]) {
    if (!isGiven(name) || given[name] === kept[name] || isPlace(name, kept, given)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const expected = kept[name] === undefined ? `no ${flag}` : `${flag} ${kept[name]}`;
    throw new UsageError(
      'other-settings',
      `The run in ${directory} began with ${expected}; received ${flag} ${given[name]}. Omit it to resume, or train without --resume.`,
      { received: given[name], expected },
    );
  }
  const found = withPaths(directory, kept);
  for (const name of PLACES) if (isGiven(name)) found[name] = given[name] as string;
  return found;
}
