/** What the final runs of a comparison say, lane by lane. */
import { deviation, mean } from '../numbers/mean.js';
import { LANES, type Lane, REFERENCE_LANE } from './methods.js';
import { type Choice, choicesOf, type FinishedRun, finalRuns, type Plan, type PlanOptions } from './plan.js';
import { type Difference, pairedDifference } from './statistics.js';

export interface LaneResult {
  lane: Lane;
  seeds: number[];
  rate: number;
  finetuneRate?: number;
  /** Test accuracies, 0..1. */
  mean: number;
  /** Of the sample; 0 of one seed. */
  deviation: number;
  min: number;
  max: number;
  validationMean: number;
  /** To `direct`, seed by seed; absent where no seed is in both, and of `direct` itself. */
  difference?: Difference;
}

/**
 * Of all lanes that have final runs of the options' epochs that did not diverge, in the lanes' order.
 *
 * @param kept rates that earlier calls chose, for lanes that the options do not name
 */
export function resultsOf(
  options: PlanOptions,
  runs: readonly FinishedRun[],
  kept: Plan['choices'] = {},
): LaneResult[] {
  const choices = choicesOf(options, runs, kept);
  const tested = new Map(
    LANES.map((lane) => {
      const choice = choices[lane];
      return [lane, choice ? finalRuns(lane, options, choice, runs).filter((run) => !run.diverged) : []];
    }),
  );
  const bySeed = (lane: Lane) =>
    new Map(tested.get(lane)?.map((run) => [run.seed, run.testAccuracy as number]));
  return LANES.flatMap((lane): LaneResult[] => {
    const runs = tested.get(lane) ?? [];
    if (runs.length === 0) return [];
    const accuracies = runs.map((run) => run.testAccuracy as number);
    const { rate, finetuneRate }: Pick<Choice, 'rate' | 'finetuneRate'> = runs[0];
    const difference =
      lane === REFERENCE_LANE ? undefined : pairedDifference(bySeed(lane), bySeed(REFERENCE_LANE));
    return [
      {
        lane,
        seeds: runs.map((run) => run.seed),
        rate,
        ...(finetuneRate !== undefined && { finetuneRate }),
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

/** Final runs that would be in the results, had they not diverged; arguments as for `resultsOf`. */
export function divergedRuns(
  options: PlanOptions,
  runs: readonly FinishedRun[],
  kept: Plan['choices'],
): FinishedRun[] {
  const choices = choicesOf(options, runs, kept);
  return LANES.flatMap((lane) => {
    const choice = choices[lane];
    return choice ? finalRuns(lane, options, choice, runs).filter((run) => run.diverged) : [];
  });
}

/** Lanes of which final runs were tested, none of which is in the results. */
export function lanesLeftOut(results: readonly LaneResult[], runs: readonly FinishedRun[]): Lane[] {
  const tested = new Set(
    runs.filter(({ testAccuracy }) => testAccuracy !== undefined).map(({ lane }) => lane),
  );
  for (const { lane } of results) tested.delete(lane);
  return LANES.filter((lane) => tested.has(lane));
}
