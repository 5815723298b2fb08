/** The work of `bd-edge train`. */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AbortedError, FileError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { Backend, BinaryDuoResult, Images, StageName } from '@bd-edge/trainer';
import { withSettings } from '../options/apply-settings.js';
import { STAGES } from '../options/names.js';
import { readPretrained, requireOutside } from '../options/pretrained.js';
import { checkReplaceable, readSettings, type Settings, writeSettings } from '../options/train-settings.js';
import { loadFor, withNetwork } from '../options/training-data.js';
import {
  deleteRunRecord,
  hasCheckpoint,
  REPORT_FILE,
  type RunRecord,
  requireNoRun,
  writeRunRecord,
} from '../run-record.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { percent, print, printJson, printMessage, table } from '../terminal/output.js';
import { shellArgument } from '../terminal/shell-argument.js';
import { trainingProgress } from '../terminal/training-progress.js';
import { trainingWarnings } from '../terminal/training-warnings.js';
import { loadTrainer } from '../trainer.js';
import { selectBackend } from './backend.js';

export interface TrainOptions extends Settings {
  out?: string;
  resume?: boolean;
  overwrite?: boolean;
  checkpointMinutes: number;
  tensorboard?: string;
  json?: boolean;
}

/** @param isGiven returns whether an option was given by the user and is not a default */
export async function trainNetwork(given: TrainOptions, isGiven: (name: string) => boolean): Promise<void> {
  const signal = interruptSignal();
  const out = given.out ?? join('runs', basename(resolve(given.data)));
  const options = given.resume ? { ...given, ...(await readSettings(out, given, isGiven)) } : given;
  requireOutside(out, options.pretrained);
  const trainer = await loadTrainer();
  if (!options.resume && !options.overwrite) requireNoRun(trainer, out);
  const backend = await selectBackend(trainer, options);
  const recipeName = options.recipe ?? trainer.recipeNameFor(options.data);
  const named = await withNetwork(
    withSettings(trainer, trainer.recipeFor(recipeName, backend.name), options),
    options,
  );
  const pretrained = options.pretrained ? await readPretrained(options.pretrained, options) : undefined;
  const dataset = await loadFor(named, options);
  const recipe = trainer.withClassCountOf(dataset, named);
  if (options.resume && !hasCheckpoint(trainer, out))
    printMessage(`no checkpoint in ${out}; the training starts from the beginning`);
  let begun = false;
  const onBegin = async (sets: { train: Images }) => {
    if (!options.resume) {
      await checkReplaceable(out);
      await mkdir(out, { recursive: true });
      await deleteRunRecord(out);
      // Recipes and results depend on the backend.
      await writeSettings(out, { ...options, backend: backend.name });
    }
    begun = true;
    for (const warning of trainingWarnings(trainer, recipe, sets.train.count))
      printMessage(`warning: ${warning}`);
  };

  const progress = trainingProgress(!options.json);
  const result = await trainer
    .trainBinaryDuo(dataset, recipe, {
      directory: out,
      seed: options.seed,
      limit: options.limit,
      resume: options.resume,
      pretrained,
      checkpointMinutes: options.checkpointMinutes,
      tensorboard: options.tensorboard,
      onBegin,
      onProgress: progress.onProgress,
      onEvaluation: progress.onEvaluation,
      signal,
    })
    .catch((cause) => {
      throw begun ? resumable(cause, out) : cause;
    })
    .finally(() => progress.stop());

  const network = trainer.networkName(named);
  const record = recordOf(options, { network, recipe: recipeName, backend, result });
  await writeRunRecord(out, record);
  const facts = {
    data: options.data,
    network,
    recipe: recipeName,
    seed: String(options.seed),
    backend: backend.description,
    'training time': `${result.seconds.toFixed(0)} s`,
  };
  const report = await trainer.renderReport(result, {
    title: `bd-edge: ${out}`,
    classNames: dataset.classNames,
    facts,
  });
  await writeFileWhole(join(out, REPORT_FILE), report);
  if (options.json) printJson({ ...record, out });
  else printResult(result, out);
}

/** Adds the command that resumes the run to the errors after which it can be resumed. */
function resumable(cause: unknown, out: string): unknown {
  const command = `bd-edge train --resume --out ${shellArgument(out)}`;
  if (cause instanceof AbortedError) {
    const message = `Training aborted; resume it: ${command}`;
    return new AbortedError('training-aborted', message, { savedTo: out, cause });
  }
  if (cause instanceof FileError && cause.code === 'disk-full') {
    const message = `The disk is full; free some space, then resume: ${command}`;
    return new FileError('disk-full', message, { path: cause.path, cause });
  }
  return cause;
}

function recordOf(
  options: TrainOptions,
  {
    network,
    recipe,
    backend,
    result,
  }: { network: string; recipe: string; backend: Backend; result: BinaryDuoResult },
): RunRecord {
  return {
    data: options.data,
    network,
    recipe,
    ...(options.weights && { weights: options.weights }),
    ...(options.width !== undefined && { width: options.width }),
    ...(options.pretrained && { pretrained: options.pretrained }),
    seed: options.seed,
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.stream && { stream: true }),
    ...(options.corrupt === 'skip' && { corrupt: options.corrupt }),
    ...(options.precision && { precision: options.precision }),
    backend: backend.description,
    validationImages: result.validation.count,
    seconds: result.seconds,
    ...(result.teacher && { teacher: { validationAccuracy: result.teacher.validationAccuracy } }),
    coupled: { testAccuracy: result.coupled.testAccuracy },
    decoupled: { testAccuracy: result.decoupled.testAccuracy },
    finetuned: { testAccuracy: result.finetuned.testAccuracy },
  };
}

function printResult(result: BinaryDuoResult, out: string): void {
  const row = (name: StageName) => [
    name,
    percent(result[name].validationAccuracy),
    percent(result[name].testAccuracy),
  ];
  print(table(['network', 'validation', 'test'], STAGES.map(row)));
  print(`\nTraining time ${result.seconds.toFixed(0)} s. Models, logs and report.html are in ${out}.`);
  print(`Next: bd-edge export ${shellArgument(out)} -o model.bdm`);
}
