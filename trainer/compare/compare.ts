/** A comparison from its plan to its results: run after run, each saved when it is done. */
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainProgress } from '../training/train-options.js';
import {
  type Comparison,
  checkSameExperiment,
  type Experiment,
  mergeRuns,
  updateComparison,
} from './comparison-file.js';
import { type Cost, laneCost } from './method-network.js';
import { LANES, type Lane } from './methods.js';
import { Pace } from './pace.js';
import { choicesOf, type FinishedRun, type PlanOptions, planRuns, type Run } from './plan.js';
import { resultsOf } from './results.js';
import { type RunContext, stageFolders, TRAINING_FOLDER, trainRun } from './train-run.js';

export const COMPARISON_FILE = 'compare.json';

export interface CompareOptions extends Omit<RunContext, 'onProgress'> {
  /** Must be what the folder's file has, should there be one. */
  experiment: Experiment;
  plan: PlanOptions;
  /** In words, for the file. */
  backend: string;
  onProgress?: (progress: CompareProgress) => void;
  /** After every run, its result saved. */
  onFinished?: (run: FinishedRun, progress: Omit<CompareProgress, 'run' | 'training'>) => void;
}

export interface CompareProgress {
  run: Run;
  training: TrainProgress;
  /** Runs that are done, and all that are planned; both may grow while rates are searched for. */
  done: number;
  runs: number;
  /** Of all the work, 0..1. */
  share: number;
  /** At the pace so far; undefined before anything is known of it. */
  secondsLeft?: number;
}

/**
 * Runs what is missing in the folder's file, `COMPARISON_FILE`, and nothing twice.
 *
 * @throws OtherComparisonError where the folder has a comparison of something else
 * @throws TrainingAborted once the checkpoint is written; asked again, it goes on from there
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { experiment, plan: planOptions, recipes, directory, backend } = options;
  const path = join(directory, COMPARISON_FILE);
  await mkdir(directory, { recursive: true });
  const costs = Object.fromEntries(LANES.map((lane) => [lane, laneCost(lane, recipes)])) as Record<
    Lane,
    Cost
  >;
  let mine: FinishedRun[] = [];
  const save = () =>
    updateComparison(path, (kept) => {
      if (kept) checkSameExperiment(path, kept.experiment, JSON.parse(JSON.stringify(experiment)));
      mine = mergeRuns(kept?.runs ?? [], mine);
      const choices = choicesOf(planOptions, mine, kept?.choices ?? {});
      const results = resultsOf(planOptions, mine, choices);
      return { experiment, options: planOptions, costs, choices, results, runs: mine };
    });

  let comparison = await save();
  const pace = new Pace(planOptions, costs);
  for (;;) {
    const { runs, done, later } = planRuns(planOptions, mine);
    const [run] = runs;
    if (!run) break;
    const counts = { done: done.length, runs: done.length + runs.length + later };
    pace.begin(runs, later, done);
    const outcome = await trainRun(run, {
      ...options,
      onProgress: (training) => {
        pace.at(training);
        options.onProgress?.({ run, training, ...counts, ...pace.left() });
      },
    });
    const finished = { ...run, ...outcome, backend };
    mine = [...mine, finished];
    comparison = await save();
    options.onFinished?.(finished, { ...counts, done: counts.done + 1, ...pace.left() });
  }
  // Stages that several runs shared.
  const shared = planRuns(planOptions, mine).done.flatMap(stageFolders);
  for (const folder of shared)
    await rm(join(directory, TRAINING_FOLDER, folder), { recursive: true, force: true });
  await rmdir(join(directory, TRAINING_FOLDER)).catch(() => {}); // not empty: another process is at work
  return comparison;
}
