/** The results of a comparison's final runs, by method. */
import { deviation, mean } from '../numbers/mean.js';
import { METHODS, type Method, REFERENCE_METHOD } from './methods.js';
import { type Choices, choicesOf, type FinishedRun, finalRuns, type PlanOptions } from './plan.js';
import { type Difference, pairedDifference } from './statistics.js';

export interface MethodResult {
  method: Method;
  seeds: number[];
  learningRate: number;
  finetunedLearningRate?: number;
  /** Mean test accuracy, 0..1. */
  mean: number;
  /** Sample standard deviation; 0 for one seed. */
  deviation: number;
  min: number;
  max: number;
  validationMean: number;
  /** Difference to `direct`, paired by seed; undefined for `direct` itself and without a common seed. */
  difference?: Difference;
}

/**
 * Returns the results of all methods with final runs of the options' epochs that did not diverge, in the order of
 * `METHODS`.
 *
 * @param earlier choices of earlier calls, for methods that the options do not name
 */
export function resultsOf(
  options: PlanOptions,
  runs: readonly FinishedRun[],
  earlier: Choices = {},
): MethodResult[] {
  const choices = choicesOf(options, runs, earlier);
  const tested = new Map(
    METHODS.map((method) => {
      const choice = choices[method];
      const finals = choice ? finalRuns(method, options, choice, runs) : [];
      return [method, finals.filter((run) => !run.diverged)];
    }),
  );
  const bySeed = (method: Method) =>
    new Map(tested.get(method)?.map((run) => [run.seed, run.testAccuracy as number]));
  return METHODS.flatMap((method): MethodResult[] => {
    const runs = tested.get(method) ?? [];
    if (runs.length === 0) return [];
    const accuracies = runs.map((run) => run.testAccuracy as number);
    const { learningRate, finetunedLearningRate } = runs[0];
    const difference =
      method === REFERENCE_METHOD ? undefined : pairedDifference(bySeed(method), bySeed(REFERENCE_METHOD));
    return [
      {
        method,
        seeds: runs.map((run) => run.seed),
        learningRate,
        ...(finetunedLearningRate !== undefined && { finetunedLearningRate }),
        mean: mean(accuracies),
        deviation: deviation(accuracies),
        min: Math.min(...accuracies),
        max: Math.max(...accuracies),
        validationMean: mean(runs.map((run) => run.validationAccuracy)),
        ...(difference && { difference }),
      },
    ];
  });
}

/** Returns the final runs that diverged, and would otherwise be part of the results. Arguments are as for `resultsOf`. */
export function divergedRuns(
  options: PlanOptions,
  runs: readonly FinishedRun[],
  earlier: Choices,
): FinishedRun[] {
  const choices = choicesOf(options, runs, earlier);
  return METHODS.flatMap((method) => {
    const choice = choices[method];
    return choice ? finalRuns(method, options, choice, runs).filter((run) => run.diverged) : [];
  });
}

/** Returns the methods that have tested runs but no result. */
export function methodsLeftOut(results: readonly MethodResult[], runs: readonly FinishedRun[]): Method[] {
  const tested = new Set(
    runs.filter(({ testAccuracy }) => testAccuracy !== undefined).map(({ method }) => method),
  );
  for (const { method } of results) tested.delete(method);
  return METHODS.filter((method) => tested.has(method));
}
