/**
 * A comparison as one JSON file, written anew after every run: what was compared, every run, and what they say together.
 *
 * Runs that another process has added in the meantime are kept, so that lanes can be trained side by side.
 */
import { readFile } from 'node:fs/promises';
import { FileError, UsageError } from '@bd-edge/sdk/internal';
import { writeFileWhole } from '@bd-edge/sdk/internal/files';
import * as v from 'valibot';
import { withLock } from './lock-file.js';
import type { Cost } from './method-network.js';
import { LANES, type Lane } from './methods.js';
import { type Choice, type FinishedRun, keyOf, type PlanOptions } from './plan.js';
import type { LaneResult } from './results.js';

/** What has to be the same for runs to be compared; plain data, shown as it is. */
export type Experiment = Record<string, unknown> & { data: string; network: string };

export interface Comparison {
  experiment: Experiment;
  options: PlanOptions;
  costs: Record<Lane, Cost>;
  /** The last ones of each lane. */
  choices: Partial<Record<Lane, Choice>>;
  results: LaneResult[];
  runs: FinishedRun[];
}

/** The file holds another comparison. */
export class OtherComparisonError extends UsageError {
  override readonly name = 'OtherComparisonError';
}

/** A file that is no comparison. */
export class ComparisonFileError extends FileError {
  override readonly name = 'ComparisonFileError';
}

const LaneName = v.picklist(LANES);
const Rates = v.array(v.number());
const CostRecord = v.object({
  weights: v.number(),
  floatMacs: v.number(),
  binaryMacs: v.number(),
  weightedCost: v.number(),
});
const ChoiceRecord = v.object({
  rate: v.number(),
  finetuneRate: v.optional(v.number()),
  atEdge: v.boolean(),
});
const ComparisonRecord = v.object({
  experiment: v.looseObject({ data: v.string(), network: v.string() }),
  options: v.object({
    lanes: v.array(LaneName),
    seeds: v.array(v.number()),
    epochs: v.number(),
    finetuneEpochs: v.number(),
    tuning: v.object({
      rates: Rates,
      finetuneRates: Rates,
      epochs: v.number(),
      finetuneEpochs: v.number(),
      seed: v.number(),
    }),
  }),
  costs: v.object({
    float: CostRecord,
    direct: CostRecord,
    coupled: CostRecord,
    binaryduo: CostRecord,
    decoupled: CostRecord,
  }),
  choices: v.partial(v.object(v.entriesFromList(LANES, ChoiceRecord))),
  runs: v.array(
    v.object({
      purpose: v.picklist(['tune', 'final']),
      lane: LaneName,
      seed: v.number(),
      epochs: v.number(),
      finetuneEpochs: v.number(),
      rate: v.number(),
      finetuneRate: v.optional(v.number()),
      validationAccuracy: v.number(),
      testAccuracy: v.optional(v.number()),
      bestEpoch: v.number(),
      diverged: v.optional(v.literal(true)),
      coupledValidationAccuracy: v.optional(v.number()),
      seconds: v.number(),
      backend: v.string(),
    }),
  ),
});

/** What the file itself holds; results follow from it. */
export type Kept = Omit<Comparison, 'results'>;

/**
 * @returns undefined where there is no file
 * @throws ComparisonFileError
 */
export async function readComparison(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return v.parse(ComparisonRecord, JSON.parse(text)) as Kept;
  } catch (cause) {
    throw new ComparisonFileError(
      `${path} does not hold a comparison; name another file, or delete this one.`,
      { cause },
    );
  }
}

/** @throws OtherComparisonError naming what differs */
export function checkSameExperiment(path: string, kept: Experiment, asked: Experiment): void {
  const difference = firstDifference(kept, asked);
  if (!difference) return;
  const { name, was = 'unset', is = 'unset' } = difference;
  throw new OtherComparisonError(
    `${path} compares with ${name} ${was}, not ${is}; name another folder with --out.`,
  );
}

/** The first field that is not the same, such as `training.coupled.batchSize`, and both its values as JSON. */
function firstDifference(
  was: object,
  is: object,
): { name: string; was: string | undefined; is: string | undefined } | undefined {
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const values = [was, is].map((object) => (object as Record<string, unknown>)[key]);
    if (values.every(isRecord)) {
      const below = firstDifference(values[0], values[1]);
      if (below) return { ...below, name: `${key}.${below.name}` };
    } else {
      const [a, b] = values.map((value) => JSON.stringify(value));
      if (a !== b) return { name: key, was: a, is: b };
    }
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads, changes and writes the file, while no other process does: none loses what another has added.
 *
 * @param change what the file holds, undefined where there is none, to what it shall hold
 * @throws ComparisonFileError, and what `change` throws
 */
export function updateComparison(
  path: string,
  change: (kept: Kept | undefined) => Comparison,
): Promise<Comparison> {
  return withLock(path, async () => {
    const comparison = change(await readComparison(path));
    await writeFileWhole(path, `${JSON.stringify(comparison, null, 2)}\n`);
    return comparison;
  });
}

/** Each run once, those of `a` first. */
export function mergeRuns(a: readonly FinishedRun[], b: readonly FinishedRun[]): FinishedRun[] {
  const known = new Set(a.map(keyOf));
  return [...a, ...b.filter((run) => !known.has(keyOf(run)))];
}
