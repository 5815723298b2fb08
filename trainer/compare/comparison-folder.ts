/**
 * The folder of a comparison:
 *
 *     experiment.json          what all runs have in common; the first process writes it, all others check it
 *     choices/<method>.json    the learning rates chosen for a method
 *     runs/<run>.json          one finished run
 *     compare.json             the summary, gathered from the other files
 *
 * Every file is written atomically and has one writer at a time: a process that finishes a run, or chooses a method's
 * learning rates. So several processes can share a folder without locks, and runs of several machines can be combined by
 * copying `runs/`.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import { IncompatibleDataError } from '../errors.js';
import {
  ChoiceSchema,
  type Comparison,
  type ComparisonRecord,
  type Experiment,
  ExperimentSchema,
  RunSchema,
  readJson,
} from './comparison-file.js';
import { METHODS } from './methods.js';
import { type Choices, choicesOf, type FinishedRun, keyOf, type PlanOptions } from './plan.js';
import { resultsOf } from './results.js';

/** The summary. */
export const COMPARISON_FILE = 'compare.json';

const EXPERIMENT_FILE = 'experiment.json';
const CHOICES_FOLDER = 'choices';
const RUNS_FOLDER = 'runs';

/**
 * Makes a folder that of an experiment, or checks that it is.
 *
 * @throws {IncompatibleDataError} `other-experiment` if it is that of another experiment
 */
export async function openComparison(folder: string, experiment: Experiment): Promise<void> {
  for (const part of [CHOICES_FOLDER, RUNS_FOLDER]) await mkdir(join(folder, part), { recursive: true });
  const path = join(folder, EXPERIMENT_FILE);
  const saved = await readJson(path, ExperimentSchema, 'the experiment of a comparison');
  if (saved) checkSameExperiment(path, saved, JSON.parse(JSON.stringify(experiment)));
  else await writeJson(path, experiment);
}

/** Saves a finished run. */
export function writeRun(folder: string, run: FinishedRun): Promise<void> {
  return writeJson(join(folder, RUNS_FOLDER, `${keyOf(run)}.json`), run);
}

/** Reads all finished runs, in the order of their names. */
export async function readRuns(folder: string): Promise<FinishedRun[]> {
  const names = (await readdir(join(folder, RUNS_FOLDER))).filter((name) => name.endsWith('.json'));
  const runs = await Promise.all(
    names.sort().map((name) => readJson(join(folder, RUNS_FOLDER, name), RunSchema, 'a run of a comparison')),
  );
  return runs.filter((run) => run !== undefined);
}

/**
 * Gathers the files of a folder, and writes the summary and the choices of the methods that the options name.
 *
 * @throws {FileError} `invalid-comparison` for a damaged file
 */
export async function gatherComparison(
  folder: string,
  { experiment, options, costs }: Pick<ComparisonRecord, 'experiment' | 'costs'> & { options: PlanOptions },
): Promise<Comparison> {
  const runs = await readRuns(folder);
  const choices = choicesOf(options, runs, await readChoices(folder));
  for (const method of options.methods)
    if (choices[method]) await writeJson(choicePath(folder, method), choices[method]);
  const results = resultsOf(options, runs, choices);
  const comparison = { experiment, options, costs, choices, results, runs };
  await writeJson(join(folder, COMPARISON_FILE), comparison);
  return comparison;
}

async function readChoices(folder: string): Promise<Choices> {
  const choices: Choices = {};
  for (const method of METHODS) {
    const choice = await readJson(choicePath(folder, method), ChoiceSchema, 'a choice of learning rates');
    if (choice) choices[method] = choice;
  }
  return choices;
}

function choicePath(folder: string, method: string): string {
  return join(folder, CHOICES_FOLDER, `${method}.json`);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** @throws {IncompatibleDataError} `other-experiment`, naming what differs */
export function checkSameExperiment(path: string, saved: Experiment, current: Experiment): void {
  const difference = firstDifference(saved, current);
  if (!difference) return;
  const { name, expected = 'unset', received = 'unset' } = difference;
  throw new IncompatibleDataError(
    'other-experiment',
    `${path} is from a comparison with ${name} ${expected}; received ${received}. Use another folder with --out.`,
    { received: { [name]: received }, expected },
  );
}

interface FieldDifference {
  /** The path of the field, such as `training.coupled.batchSize`. */
  name: string;
  /** The values as JSON. */
  expected: string | undefined;
  received: string | undefined;
}

function firstDifference(saved: object, current: object): FieldDifference | undefined {
  for (const key of new Set([...Object.keys(saved), ...Object.keys(current)])) {
    const values = [saved, current].map((object) => (object as Record<string, unknown>)[key]);
    if (values.every(isRecord)) {
      const inside = firstDifference(values[0], values[1]);
      if (inside) return { ...inside, name: `${key}.${inside.name}` };
    } else {
      const [expected, received] = values.map((value) => JSON.stringify(value));
      if (expected !== received) return { name: key, expected, received };
    }
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
