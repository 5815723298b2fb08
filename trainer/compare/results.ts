/** What the final runs of a comparison say, lane by lane. */
import { LANES, type Lane, REFERENCE_LANE } from './lanes.js';
import { type Choice, type FinishedRun, finalRuns, type PlanOptions } from './plan.js';
import { type Difference, deviation, mean, pairedDifference } from './statistics.js';

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

/** Of all lanes that have final runs, in the lanes' order. */
export function resultsOf(options: PlanOptions, runs: readonly FinishedRun[]): LaneResult[] {
  const tested = new Map(LANES.map((lane) => [lane, finalRuns(lane, options, runs)]));
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
