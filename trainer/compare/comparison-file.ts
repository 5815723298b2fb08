/** The summary of a comparison as one JSON file: what was compared, every run, and the results. */
import { fileURLToPath } from 'node:url';
import { FileError } from '@bd-edge/sdk/internal';
import { readTextFile } from '@bd-edge/sdk/internal/files';
import * as v from 'valibot';
import type { Cost } from './method-network.js';
import { METHODS, type Method } from './methods.js';
import type { Choices, FinishedRun, PlanOptions } from './plan.js';
import type { MethodResult } from './results.js';

/** What all runs of a comparison have in common, as plain data. */
export type Experiment = Record<string, unknown> & { data: string; network: string };

/** A comparison without its results, which follow from the rest. */
export interface ComparisonRecord {
  experiment: Experiment;
  /** The options of the last call. */
  options: PlanOptions;
  costs: Record<Method, Cost>;
  /** The last choices of each method. */
  choices: Choices;
  runs: FinishedRun[];
}

export interface Comparison extends ComparisonRecord {
  results: MethodResult[];
}

const MethodName = v.picklist(METHODS);
const LearningRates = v.array(v.number());
const CostSchema = v.object({
  weights: v.number(),
  floatMacs: v.number(),
  binaryMacs: v.number(),
  weightedCost: v.number(),
});

export const ExperimentSchema = v.looseObject({ data: v.string(), network: v.string() });

export const ChoiceSchema = v.object({
  learningRate: v.number(),
  finetunedLearningRate: v.optional(v.number()),
  atEdge: v.boolean(),
});

export const RunSchema = v.object({
  purpose: v.picklist(['tune', 'final']),
  method: MethodName,
  seed: v.number(),
  epochs: v.number(),
  finetunedEpochs: v.number(),
  learningRate: v.number(),
  finetunedLearningRate: v.optional(v.number()),
  validationAccuracy: v.number(),
  testAccuracy: v.optional(v.number()),
  bestEpoch: v.number(),
  diverged: v.optional(v.literal(true)),
  coupledValidationAccuracy: v.optional(v.number()),
  seconds: v.number(),
  backend: v.string(),
});

const ComparisonSchema = v.object({
  experiment: ExperimentSchema,
  options: v.object({
    methods: v.array(MethodName),
    seeds: v.array(v.number()),
    epochs: v.number(),
    finetunedEpochs: v.number(),
    tuning: v.object({
      learningRates: LearningRates,
      finetunedLearningRates: LearningRates,
      epochs: v.number(),
      finetunedEpochs: v.number(),
      seed: v.number(),
    }),
  }),
  costs: v.object(v.entriesFromList(METHODS, CostSchema)),
  choices: v.partial(v.object(v.entriesFromList(METHODS, ChoiceSchema))),
  runs: v.array(RunSchema),
});

/**
 * Reads the summary of a comparison.
 *
 * @returns undefined if there is no file
 * @throws {FileError} `invalid-comparison`
 */
export function readComparison(path: string | URL): Promise<ComparisonRecord | undefined> {
  return readJson(path, ComparisonSchema, 'a summary of a comparison') as Promise<
    ComparisonRecord | undefined
  >;
}

/**
 * Reads a JSON file of a schema.
 *
 * @param what what the file should contain, for the error
 * @returns undefined if there is no file
 * @throws {FileError} `invalid-comparison`
 */
export async function readJson<S extends v.GenericSchema>(
  path: string | URL,
  schema: S,
  what: string,
): Promise<v.InferOutput<S> | undefined> {
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const text = await readTextFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const value = v.parse(schema, JSON.parse(text));
    JSON.stringify(value); // throws for fields that are nested too deep to be compared or written
    return value;
  } catch (cause) {
    const message = `${path} is not ${what}; name another file, or delete this one.`;
    throw new FileError('invalid-comparison', message, { path: String(path), cause });
  }
}
