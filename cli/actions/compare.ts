/** The work of `bd-edge compare`. */
import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AbortedError, FileError } from '@bd-edge/sdk/internal';
import type {
  Backend,
  CompareProgress,
  Comparison,
  FinishedRun,
  PlanOptions,
  TrainingRecipe,
} from '@bd-edge/trainer';
import { withSettings } from '../options/apply-settings.js';
import { type CompareFlags, experimentOf, methodNetworks, planOf } from '../options/compare-settings.js';
import { requireOutsideData } from '../options/outside-data.js';
import { loadFor, recipeNameOf, withNetwork } from '../options/training-data.js';
import { duration } from '../terminal/duration.js';
import { interruptSignal } from '../terminal/interrupt.js';
import { percent, print, printJson, printMessage, table } from '../terminal/output.js';
import { progressBar } from '../terminal/progress.js';
import { loadTrainer, type Trainer } from '../trainer.js';
import { writeOutput } from '../write-output.js';
import { selectBackend } from './backend.js';

export interface CompareOptions extends CompareFlags {
  out?: string;
  checkpointMinutes: number;
  plot?: string;
  table?: string;
  json?: boolean;
}

export async function compareMethods(options: CompareOptions): Promise<void> {
  if (options.table !== undefined) return printTable(options.table, options.plot);
  const signal = interruptSignal();
  const trainer = await loadTrainer();
  const backend = await selectBackend(trainer, options);
  // Here, --epochs is the total of a method, and not that of coupled training.
  const { epochs: _, finetunedEpochs: __, ...settings } = options;
  const named = trainer.recipeFor(recipeNameOf(trainer, options), backend.name);
  const recipe = await withNetwork(withSettings(trainer, named, settings), options);
  const plan = planOf(trainer, options, recipe);
  const directory = options.out ?? join('runs', `compare-${basename(resolve(options.data))}`);
  if (trainer.kindOfFolder(options.data) === 'images') requireOutsideData(directory, options.data);
  const lock = await trainer.lockRun(directory);
  try {
    return await compareLocked(trainer, { options, backend, recipe, plan, directory, signal });
  } finally {
    await lock.release();
  }
}

async function compareLocked(
  trainer: Trainer,
  {
    options,
    backend,
    recipe,
    plan,
    directory,
    signal,
  }: {
    options: CompareOptions;
    backend: Backend;
    recipe: TrainingRecipe;
    plan: PlanOptions;
    directory: string;
    signal: AbortSignal;
  },
): Promise<void> {
  const dataset = await loadFor(recipe, options);
  const networks = await methodNetworks(trainer, trainer.withClassCountOf(dataset, recipe), options.baseline);

  const bar = progressBar('compare');
  const comparison = await trainer
    .compare({
      experiment: experimentOf(options, recipe, trainer.networkName(recipe), networks, dataset),
      ...{ plan, dataset, networks, training: recipe, directory, signal, limit: options.limit },
      validationImages: recipe.validationImages,
      checkpointMinutes: options.checkpointMinutes,
      backend: backend.description,
      onProgress: ({ share, run: { purpose, method, seed }, training, done, runs }) =>
        bar.update(
          share,
          1,
          `${done} of ${runs} runs; ${purpose} ${method}, seed ${seed}: ${training.phase} epoch ${training.epoch}/${training.epochs}, loss ${training.loss.toFixed(3)}`,
        ),
      onFinished: (run, progress) => printMessage(finishedLine(run, progress)),
    })
    .catch((cause) => {
      if (!(cause instanceof AbortedError)) throw cause;
      const file = join(directory, trainer.COMPARISON_FILE);
      const message = `Comparison aborted; finished runs are in ${file}. The same command resumes it.`;
      throw new AbortedError('comparison-aborted', message, { savedTo: directory, cause });
    })
    .finally(() => bar.stop());

  if (options.plot) await writeOutput(options.plot, await trainer.plotComparisons([comparison]));
  if (options.json) printJson({ ...comparison, out: directory });
  else printResult(comparison, directory, trainer);
  if (options.plot && !options.json) print(`plot: ${options.plot}`);
}

function finishedLine(
  run: FinishedRun,
  { done, runs, secondsLeft }: Pick<CompareProgress, 'done' | 'runs' | 'secondsLeft'>,
): string {
  const { purpose, method, seed, learningRate, finetunedLearningRate, seconds } = run;
  const rates = [learningRate, finetunedLearningRate].filter((rate) => rate !== undefined).join(', ');
  const test = run.testAccuracy === undefined ? '' : `, test ${percent(run.testAccuracy)}`;
  const outcome = run.diverged ? 'diverged' : `validation ${percent(run.validationAccuracy)}${test}`;
  const left = secondsLeft === undefined ? '' : `, about ${duration(secondsLeft)} left`;
  return `${purpose} ${method}, seed ${seed}, learning rate ${rates}: ${outcome}, ${duration(seconds)} (${done} of ${runs} runs${left})`;
}

function printResult(comparison: Comparison, directory: string, trainer: Trainer): void {
  const { results, choices, options } = comparison;
  print(table(trainer.RESULT_COLUMNS, trainer.resultCells(results)));
  print(
    '\ntest accuracy: mean +- standard deviation over seeds. Differences to direct are in percentage points, paired by seed, with the 95 % interval of Student’s t.',
  );
  for (const line of trainer.leftOutLines(comparison)) print(line);
  const edge = options.methods.filter((method) => choices[method]?.atEdge);
  if (edge.length > 0)
    print(
      `The best learning rate of ${edge.join(', ')} is at the end of the range ${options.tuning.learningRates.join(', ')}; extend --learning-rates.`,
    );
  print(`All runs are in ${join(directory, trainer.COMPARISON_FILE)}.`);
}

async function printTable(file: string, plot?: string): Promise<void> {
  const trainer = await loadTrainer();
  // The folder of a comparison stands for its file.
  const isFolder = existsSync(file) && statSync(file).isDirectory();
  const comparison = await trainer.readComparison(isFolder ? join(file, trainer.COMPARISON_FILE) : file);
  if (!comparison) {
    throw new FileError('file-not-found', `${file} does not exist; expected a compare.json.`, { path: file });
  }
  if (plot) await writeOutput(plot, await trainer.plotComparisons([comparison]));
  print(trainer.comparisonMarkdown(comparison).trimEnd());
}
