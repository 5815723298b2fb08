/** The work of `bd-edge train`. */
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AbortedError, FileError, UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import type { Backend, BinaryDuoResult, Dataset, Images, StageName } from '@bd-edge/trainer';
import type { RunLock } from '@bd-edge/trainer/internal';
import { withSettings } from '../options/apply-settings.js';
import { STAGES } from '../options/names.js';
import { requireCurvesOutsideData, requireOutsideData } from '../options/outside-data.js';
import { readPretrained, requireOutside } from '../options/pretrained.js';
import { checkReplaceable, readSettings, type Settings, writeSettings } from '../options/train-settings.js';
import { loadFor, recipeNameOf, withNetwork } from '../options/training-data.js';
import {
  bestStage,
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
import { loadTrainer, type Trainer } from '../trainer.js';
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
  if (!given.resume) checkPlaces(await loadTrainer(), out, given);
  else await readSettings(out, given, isGiven); // before the folder is locked, which creates it
  const trainer = await loadTrainer();
  const lock = await trainer.lockRun(out);
  try {
    const options = given.resume ? { ...given, ...(await readSettings(out, given, isGiven)) } : given;
    if (given.resume) checkPlaces(trainer, out, options);
    await trainLocked(trainer, options, { out, lock, signal });
  } finally {
    await lock.release();
  }
}

/** Checks the folders that a run reads and writes, before anything is changed. */
function checkPlaces(
  trainer: Trainer,
  out: string,
  { data, pretrained, tensorboard, resume }: TrainOptions,
): void {
  requireOutside(out, pretrained);
  const kind = trainer.kindOfFolder(data);
  if (resume && kind === undefined && !trainer.DATASET_NAMES.includes(data)) {
    throw new UsageError(
      'data-moved',
      `The training data "${data}" of ${out} is not there; name its new place: bd-edge train --resume --out ${shellArgument(out)} --data FOLDER`,
      { received: data },
    );
  }
  if (kind !== 'images') return;
  requireOutsideData(out, data);
  if (tensorboard !== undefined) requireCurvesOutsideData(tensorboard, out, data);
}

async function trainLocked(
  trainer: Trainer,
  options: TrainOptions,
  { out, lock, signal }: { out: string; lock: RunLock; signal: AbortSignal },
): Promise<void> {
  if (!options.resume && !options.overwrite) requireNoRun(trainer, out);
  const backend = await selectBackend(trainer, options);
  const recipeName = recipeNameOf(trainer, options);
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
    }
    // Recipes and results depend on the backend. A resumed run may have its data at another place.
    await writeSettings(out, { ...options, backend: backend.name });
    begun = true;
    for (const warning of trainingWarnings(trainer, recipe, sets.train.count))
      printMessage(`warning: ${warning}`);
  };

  const progress = trainingProgress(!options.json);
  const result = await trainer
    .trainBinaryDuo(dataset, recipe, {
      directory: out,
      lock,
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
  const isNamed = trainer.DATASET_NAMES.includes(options.data);
  const record = recordOf(options, { network, recipe: recipeName, backend, result, dataset, isNamed });
  await writeRunRecord(out, record);
  const facts = {
    data: record.data,
    network,
    recipe: recipeName,
    seed: String(options.seed),
    backend: backend.description,
    'training time': `${result.seconds.toFixed(0)} s`,
  };
  const report = await trainer.renderReport(result, {
    title: `bd-edge: ${basename(resolve(out))}`,
    classNames: dataset.classNames,
    facts,
    test: dataset.test,
  });
  await writeFileWhole(join(out, REPORT_FILE), report);
  if (options.json) printJson({ ...record, out });
  else printResult(result, out, trainer.exportObstacles(trainer.coupledSpecOf(recipe)).length === 0);
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
    dataset,
    isNamed,
  }: {
    isNamed: boolean;
    network: string;
    recipe: string;
    backend: Backend;
    result: BinaryDuoResult;
    dataset: Dataset<Images>;
  },
): RunRecord {
  const { classNames, preparation, fingerprint, heldOut } = dataset;
  const stage = ({ testAccuracy, validationAccuracy }: RunRecord['coupled']) => ({
    testAccuracy,
    validationAccuracy,
  });
  return {
    data: isNamed ? options.data : basename(resolve(options.data)),
    classNames: [...classNames],
    ...(preparation && { preparation }),
    ...(fingerprint !== undefined && { files: fingerprint, heldOut }),
    network,
    recipe,
    ...(options.weights && { weights: options.weights }),
    ...(options.width !== undefined && { width: options.width }),
    ...(options.pretrained && { pretrained: basename(resolve(options.pretrained)) }),
    seed: options.seed,
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.stream && { stream: true }),
    ...(options.corrupt === 'skip' && { corrupt: options.corrupt }),
    ...(options.precision && { precision: options.precision }),
    backend: backend.description,
    validationImages: result.validation.count,
    seconds: result.seconds,
    ...(result.teacher && { teacher: { validationAccuracy: result.teacher.validationAccuracy } }),
    coupled: stage(result.coupled),
    decoupled: stage(result.decoupled),
    finetuned: stage(result.finetuned),
  };
}

function printResult(result: BinaryDuoResult, out: string, isExportable: boolean): void {
  const row = (name: StageName) => [
    name,
    percent(result[name].validationAccuracy),
    percent(result[name].testAccuracy),
  ];
  print(table(['network', 'validation', 'test'], STAGES.map(row)));
  print(`\nTraining time ${result.seconds.toFixed(0)} s. Models, logs and report.html are in ${out}.`);
  if (!isExportable) return;
  const best = bestStage(result) ?? 'finetuned';
  const stage = best === 'finetuned' ? '' : ` --stage ${best}`;
  print(`Next: bd-edge export ${shellArgument(out)}${stage} -o model.bdm`);
  print(
    `(${best} is the best network on validation images${best === 'coupled' ? ', and the smallest' : ''})`,
  );
}
