/** A comparison from its plan to its results. Every run is saved when it is finished, and not run again. */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainProgress } from '../training/train-options.js';
import type { Comparison, Experiment } from './comparison-file.js';
import { gatherComparison, openComparison, writeRun } from './comparison-folder.js';
import { type Cost, methodCost } from './method-network.js';
import { METHODS, type Method } from './methods.js';
import { Pace } from './pace.js';
import { type FinishedRun, type PlanOptions, planRuns, type Run } from './plan.js';
import { type RunContext, stageFolders, TRAINING_FOLDER, trainRun } from './train-run.js';

export interface CompareOptions extends Omit<RunContext, 'onProgress'> {
  /** What all runs have in common. It must equal that of the folder's earlier runs. */
  experiment: Experiment;
  plan: PlanOptions;
  /** Description of the backend, which is saved with each run. */
  backend: string;
  onProgress?: (progress: CompareProgress) => void;
  /** Called after every run, once its result is saved. */
  onFinished?: (run: FinishedRun, progress: Omit<CompareProgress, 'run' | 'training'>) => void;
}

export interface CompareProgress {
  run: Run;
  training: TrainProgress;
  /** Number of finished runs. */
  done: number;
  /** Number of planned runs, which may grow during the search for learning rates. */
  runs: number;
  /** The share of all work that is done, 0..1. */
  share: number;
  /** Estimated remaining time; undefined at the start. */
  secondsLeft?: number;
}

/**
 * Runs what is missing in a comparison's folder. The same call continues an aborted comparison. Several processes may
 * run different methods in the same folder.
 *
 * @throws {IncompatibleDataError} `other-experiment` if the folder has a comparison of something else
 * @throws {AbortedError} `training-aborted` after the checkpoint is written
 * @throws {FileError} if a file in the folder is damaged
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { experiment, plan, networks, directory, backend } = options;
  const costs = Object.fromEntries(METHODS.map((method) => [method, methodCost(method, networks)])) as Record<
    Method,
    Cost
  >;
  const gather = () => gatherComparison(directory, { experiment, options: plan, costs });

  await openComparison(directory, experiment);
  let comparison = await gather();
  const pace = new Pace(plan, costs);
  for (;;) {
    const { runs, done, later } = planRuns(plan, comparison.runs);
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
    await writeRun(directory, finished);
    comparison = await gather();
    options.onFinished?.(finished, { ...counts, done: counts.done + 1, ...pace.left() });
  }
  // Checkpoints of stages that several runs share.
  const shared = planRuns(plan, comparison.runs).done.flatMap(stageFolders);
  for (const folder of shared)
    await rm(join(directory, TRAINING_FOLDER, folder), { recursive: true, force: true });
  await rmdir(join(directory, TRAINING_FOLDER)).catch(() => {}); // not empty: another process is training
  return comparison;
}
