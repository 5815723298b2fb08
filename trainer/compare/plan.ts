/**
 * What a comparison has to run, from what has been run: first each lane's learning rate is chosen on validation images,
 * in short runs of one seed; then every lane is trained with every seed, and tested once.
 *
 * All of it is a function of the runs that are done, so a comparison that was stopped goes on by being asked again.
 */
import { LANES, type Lane } from './methods.js';

/** One training to do. */
export interface Run {
  purpose: 'tune' | 'final';
  lane: Lane;
  seed: number;
  /** In all, fine-tuning included. */
  epochs: number;
  /** The last so many of them; 0 but in the lane `binaryduo`. */
  finetuneEpochs: number;
  rate: number;
  /** In the lane `binaryduo` only. */
  finetuneRate?: number;
}

export interface FinishedRun extends Run {
  /** Of the best epoch, on the validation images of the seed. */
  validationAccuracy: number;
  /** Looked at once, in final runs only; absent where it diverged. */
  testAccuracy?: number;
  /** From 1; of fine-tuning in the lane `binaryduo`. */
  bestEpoch: number;
  /** The loss was not finite: nobody should take this rate, and no mean has this run. */
  diverged?: true;
  /** In the lane `binaryduo`, of the coupled network that fine-tuning began with. */
  coupledValidationAccuracy?: number;
  seconds: number;
  backend: string;
}

export interface PlanOptions {
  lanes: readonly Lane[];
  seeds: readonly number[];
  epochs: number;
  finetuneEpochs: number;
  tuning: {
    /** For every lane. A single one is taken as it is. */
    rates: readonly number[];
    /** For the lane `binaryduo`. */
    finetuneRates: readonly number[];
    epochs: number;
    finetuneEpochs: number;
    seed: number;
  };
}

/** Rates that may be tried beyond either end of a grid, while the best one is at that end. */
export const BEYOND_GRID = 2;

export interface Choice {
  rate: number;
  finetuneRate?: number;
  /** The best is the last that was tried in one direction: a better one may lie beyond. */
  atEdge: boolean;
}

export interface Plan {
  /** What can be run now; nothing once all is done. */
  runs: Run[];
  /** Of every lane that has been tuned. */
  choices: Partial<Record<Lane, Choice>>;
  /** Runs that are done and count. */
  done: FinishedRun[];
  /** Final runs that will follow, once rates are chosen. */
  later: number;
}

/** @param finished runs of this experiment; others, such as of further seeds, do no harm */
export function planRuns(options: PlanOptions, finished: readonly FinishedRun[]): Plan {
  const lanes = LANES.filter((lane) => options.lanes.includes(lane));
  const known = byKey(finished);
  const tuned = lanes.map((lane) => ({ lane, ...tune(lane, options, known) }));
  // Lanes that share their tuning ask for the same runs.
  const wanted = byKey(tuned.flatMap(({ runs }) => runs));
  const choices: Plan['choices'] = {};
  for (const { lane, choice } of tuned) if (choice) choices[lane] = choice;
  const chosen = tuned.every(({ choice }) => choice);
  if (chosen) {
    for (const seed of options.seeds)
      for (const lane of lanes) {
        const run = finalRun(lane, seed, options, choices[lane] as Choice);
        wanted.set(keyOf(run), run);
      }
  }
  return {
    runs: [...wanted].flatMap(([key, run]) => (known.has(key) ? [] : [run])),
    choices,
    done: [...wanted.keys()].flatMap((key) => known.get(key) ?? []),
    later: chosen ? 0 : options.seeds.length * lanes.length,
  };
}

/**
 * The rates of every lane that has been tuned: by these options where they name the lane, or else as an earlier call chose
 * them, so that lanes with other rates of their own may be added to a comparison.
 *
 * @param kept what was chosen before
 */
export function choicesOf(
  options: PlanOptions,
  finished: readonly FinishedRun[],
  kept: Plan['choices'],
): Plan['choices'] {
  const known = byKey(finished);
  const choices: Plan['choices'] = {};
  for (const lane of LANES) {
    const { choice } = tune(lane, options, known);
    const chosen = options.lanes.includes(lane) ? (choice ?? kept[lane]) : (kept[lane] ?? choice);
    if (chosen) choices[lane] = chosen;
  }
  return choices;
}

/** Final runs of a lane that are done, of whatever seed, with the rates chosen and the options' epochs. */
export function finalRuns(
  lane: Lane,
  options: PlanOptions,
  choice: Choice,
  finished: readonly FinishedRun[],
): FinishedRun[] {
  return finished.filter((run) => keyOf(run) === keyOf(finalRun(lane, run.seed, options, choice)));
}

/** What a lane's final runs will be, or are. */
function finalRun(lane: Lane, seed: number, options: PlanOptions, { rate, finetuneRate }: Choice): Run {
  const run = { purpose: 'final', lane, seed, epochs: options.epochs, rate } as const;
  if (lane !== 'binaryduo') return { ...run, finetuneEpochs: 0 };
  return { ...run, finetuneEpochs: options.finetuneEpochs, finetuneRate };
}

function byKey<R extends Run>(runs: readonly R[]): Map<string, R> {
  return new Map(runs.map((run) => [keyOf(run), run]));
}

/** The runs that choose a lane's rates, as far as they are known to be needed, and the choice once they are done. */
function tune(
  lane: Lane,
  { tuning }: PlanOptions,
  known: ReadonlyMap<string, FinishedRun>,
): { runs: Run[]; choice?: Choice } {
  const { seed, epochs, finetuneEpochs } = tuning;
  const accuracyOf = (run: Run) => known.get(keyOf(run))?.validationAccuracy;
  // BinaryDuo trains a coupled network first: its rate is the coupled lane's.
  const first = lane === 'binaryduo' ? 'coupled' : lane;
  const runAt = (rate: number): Run => ({
    ...{ purpose: 'tune', lane: first, seed, epochs, finetuneEpochs: 0, rate },
  });
  const rates = search(tuning.rates, (rate) => accuracyOf(runAt(rate)));
  const runs = rates.tried.map(runAt);
  if (rates.best === undefined) return { runs };
  if (lane !== 'binaryduo') return { runs, choice: { rate: rates.best, atEdge: rates.atEdge } };

  const rate = rates.best;
  const finetuneAt = (finetuneRate: number): Run => ({
    ...{ purpose: 'tune', lane, seed, epochs, finetuneEpochs, rate, finetuneRate },
  });
  const finetuneRates = search(tuning.finetuneRates, (rate) => accuracyOf(finetuneAt(rate)));
  runs.push(...finetuneRates.tried.map(finetuneAt));
  if (finetuneRates.best === undefined) return { runs };
  const atEdge = rates.atEdge || finetuneRates.atEdge;
  return { runs, choice: { rate, finetuneRate: finetuneRates.best, atEdge } };
}

/**
 * The best of a grid of rates; where that is at an end, the grid goes on at the same ratio, by at most `BEYOND_GRID`.
 *
 * @param accuracyOf undefined where it is not known yet
 * @returns `tried`: rates that are needed, known or not; `best`, the smaller of equals, once all of them are known
 */
export function search(
  grid: readonly number[],
  accuracyOf: (rate: number) => number | undefined,
): { tried: number[]; best?: number; atEdge: boolean } {
  const tried = [...new Set(grid)].sort((a, b) => a - b);
  if (tried.length === 1) return { tried: [], best: tried[0], atEdge: false };
  const beyond = { low: 0, high: 0 };
  for (;;) {
    const accuracies = tried.map(accuracyOf);
    if (accuracies.includes(undefined)) return { tried, atEdge: false };
    const at = accuracies.indexOf(Math.max(...(accuracies as number[])));
    const end = at === 0 ? 'low' : at === tried.length - 1 ? 'high' : undefined;
    if (!end || beyond[end] === BEYOND_GRID) return { tried, best: tried[at], atEdge: end !== undefined };
    beyond[end]++;
    if (end === 'low') tried.unshift(round(tried[0] ** 2 / tried[1]));
    else tried.push(round((tried.at(-1) as number) ** 2 / (tried.at(-2) as number)));
  }
}

/** As people write rates down, so that 0.1 ** 2 / 0.05 is 0.2. */
function round(rate: number): number {
  return Number(rate.toPrecision(6));
}

/** The same for runs that are the same training. */
export function keyOf(run: Run): string {
  const { purpose, lane, seed, epochs, finetuneEpochs, rate, finetuneRate } = run;
  const finetuning = finetuneEpochs > 0 ? `-finetune${finetuneEpochs}at${finetuneRate}` : '';
  return `${purpose}-${lane}-seed${seed}-epochs${epochs}-rate${rate}${finetuning}`;
}

/**
 * A recipe's epochs of fine-tuning, for another total: in proportion, at least one epoch for either part.
 *
 * @param total at least 2
 */
export function share(total: number, recipe: { coupled: number; finetune: number }): number {
  const part = Math.round((total * recipe.finetune) / (recipe.coupled + recipe.finetune));
  return Math.min(total - 1, Math.max(1, part));
}
