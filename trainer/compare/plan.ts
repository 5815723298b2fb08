/**
 * The plan of a comparison: which runs are missing.
 *
 * First each method's learning rate is chosen on validation images, in short runs with one seed. Then each method is
 * trained with each seed, and tested once. The plan is a function of the finished runs, so that an aborted comparison
 * continues where it stopped.
 */
import { METHODS, type Method } from './methods.js';

/** One training. */
export interface Run {
  purpose: 'tune' | 'final';
  method: Method;
  seed: number;
  /** Total number of epochs, including fine-tuning. */
  epochs: number;
  /** How many of them are fine-tuning; 0 except for `binaryduo`. */
  finetunedEpochs: number;
  learningRate: number;
  /** For `binaryduo` only. */
  finetunedLearningRate?: number;
}

export interface FinishedRun extends Run {
  /** Accuracy of the best epoch on the validation images of the seed. */
  validationAccuracy: number;
  /** Set for final runs that did not diverge; the test images are used once. */
  testAccuracy?: number;
  /** From 1; the epoch of fine-tuning for `binaryduo`. */
  bestEpoch: number;
  /** Set if the loss was not finite. Such a run is not part of a mean. */
  diverged?: true;
  /** Validation accuracy of the coupled network before fine-tuning, for `binaryduo` only. */
  coupledValidationAccuracy?: number;
  seconds: number;
  backend: string;
}

export interface PlanOptions {
  methods: readonly Method[];
  seeds: readonly number[];
  epochs: number;
  finetunedEpochs: number;
  tuning: {
    /** Learning rates to try for every method. If there is only one, no run is needed to choose it. */
    learningRates: readonly number[];
    /** Learning rates of fine-tuning to try for `binaryduo`. */
    finetunedLearningRates: readonly number[];
    epochs: number;
    finetunedEpochs: number;
    seed: number;
  };
}

/** Number of learning rates tried beyond each end of a grid while the best one is at that end. */
export const MAX_BEYOND_GRID = 2;

/** The learning rates chosen for a method. */
export interface Choice {
  learningRate: number;
  finetunedLearningRate?: number;
  /** Whether the best one is the last that was tried in a direction, so that a better one may lie beyond. */
  atEdge: boolean;
}

export type Choices = Partial<Record<Method, Choice>>;

export interface Plan {
  /** The runs that can be started; empty if everything is done. */
  runs: Run[];
  /** The choices of the methods whose tuning is done. */
  choices: Choices;
  /** The finished runs that are part of the plan. */
  done: FinishedRun[];
  /** The number of final runs that follow once all learning rates are chosen. */
  later: number;
}

/**
 * Plans the missing runs.
 *
 * @param finished runs of this experiment; others, such as those of other seeds, are ignored
 */
export function planRuns(options: PlanOptions, finished: readonly FinishedRun[]): Plan {
  const methods = METHODS.filter((method) => options.methods.includes(method));
  const known = byKey(finished);
  const tuned = methods.map((method) => ({ method, ...tune(method, options, known) }));
  // Methods that share their tuning request the same runs.
  const wanted = byKey(tuned.flatMap(({ runs }) => runs));
  const choices: Choices = {};
  for (const { method, choice } of tuned) if (choice) choices[method] = choice;
  const chosen = tuned.every(({ choice }) => choice);
  if (chosen) {
    for (const seed of options.seeds)
      for (const method of methods) {
        const run = finalRun(method, seed, options, choices[method] as Choice);
        wanted.set(keyOf(run), run);
      }
  }
  return {
    runs: [...wanted].flatMap(([key, run]) => (known.has(key) ? [] : [run])),
    choices,
    done: [...wanted.keys()].flatMap((key) => known.get(key) ?? []),
    later: chosen ? 0 : options.seeds.length * methods.length,
  };
}

/**
 * Returns the choices of all methods whose tuning is done. A method that the options do not name keeps its earlier
 * choice, so that methods with other learning rates can be added to a comparison.
 *
 * @param earlier the choices of earlier calls
 */
export function choicesOf(options: PlanOptions, finished: readonly FinishedRun[], earlier: Choices): Choices {
  const known = byKey(finished);
  const choices: Choices = {};
  for (const method of METHODS) {
    const { choice } = tune(method, options, known);
    const isNamed = options.methods.includes(method);
    const chosen = isNamed ? (choice ?? earlier[method]) : (earlier[method] ?? choice);
    if (chosen) choices[method] = chosen;
  }
  return choices;
}

/** Returns a method's finished final runs of any seed, with the chosen learning rates and the options' epochs. */
export function finalRuns(
  method: Method,
  options: PlanOptions,
  choice: Choice,
  finished: readonly FinishedRun[],
): FinishedRun[] {
  return finished.filter((run) => keyOf(run) === keyOf(finalRun(method, run.seed, options, choice)));
}

function finalRun(
  method: Method,
  seed: number,
  { epochs, finetunedEpochs }: PlanOptions,
  { learningRate, finetunedLearningRate }: Choice,
): Run {
  const run = { purpose: 'final', method, seed, epochs, learningRate } as const;
  if (method !== 'binaryduo') return { ...run, finetunedEpochs: 0 };
  return { ...run, finetunedEpochs, finetunedLearningRate };
}

function byKey<R extends Run>(runs: readonly R[]): Map<string, R> {
  return new Map(runs.map((run) => [keyOf(run), run]));
}

/** Returns the runs that choose a method's learning rates, as far as they are known, and the choice if they are done. */
function tune(
  method: Method,
  { tuning }: PlanOptions,
  known: ReadonlyMap<string, FinishedRun>,
): { runs: Run[]; choice?: Choice } {
  const { seed, epochs, finetunedEpochs } = tuning;
  const accuracyOf = (run: Run) => known.get(keyOf(run))?.validationAccuracy;
  // BinaryDuo trains a coupled network first, with the learning rate of the method `coupled`.
  const first = method === 'binaryduo' ? 'coupled' : method;
  const runAt = (learningRate: number): Run => ({
    ...{ purpose: 'tune', method: first, seed, epochs, finetunedEpochs: 0, learningRate },
  });
  const found = search(tuning.learningRates, (learningRate) => accuracyOf(runAt(learningRate)));
  const runs = found.tried.map(runAt);
  if (found.best === undefined) return { runs };
  const learningRate = found.best;
  if (method !== 'binaryduo') return { runs, choice: { learningRate, atEdge: found.atEdge } };

  const finetunedAt = (finetunedLearningRate: number): Run => ({
    ...{ purpose: 'tune', method, seed, epochs, finetunedEpochs, learningRate, finetunedLearningRate },
  });
  const finetuned = search(tuning.finetunedLearningRates, (learningRate) =>
    accuracyOf(finetunedAt(learningRate)),
  );
  runs.push(...finetuned.tried.map(finetunedAt));
  if (finetuned.best === undefined) return { runs };
  const atEdge = found.atEdge || finetuned.atEdge;
  return { runs, choice: { learningRate, finetunedLearningRate: finetuned.best, atEdge } };
}

/**
 * Searches the best learning rate of a grid. If it is at an end, the grid is extended there with the same ratio, by at
 * most `MAX_BEYOND_GRID`.
 *
 * @param accuracyOf returns undefined if the accuracy is not known yet
 * @returns `tried`: the learning rates that are needed; `best`, the smaller of equals, once all their accuracies are known
 */
export function search(
  grid: readonly number[],
  accuracyOf: (learningRate: number) => number | undefined,
): { tried: number[]; best?: number; atEdge: boolean } {
  const tried = [...new Set(grid)].sort((a, b) => a - b);
  if (tried.length === 1) return { tried: [], best: tried[0], atEdge: false };
  const beyond = { low: 0, high: 0 };
  for (;;) {
    const accuracies = tried.map(accuracyOf);
    if (accuracies.includes(undefined)) return { tried, atEdge: false };
    const at = accuracies.indexOf(Math.max(...(accuracies as number[])));
    const end = at === 0 ? 'low' : at === tried.length - 1 ? 'high' : undefined;
    if (!end || beyond[end] === MAX_BEYOND_GRID) return { tried, best: tried[at], atEdge: end !== undefined };
    beyond[end]++;
    if (end === 'low') tried.unshift(round(tried[0] ** 2 / tried[1]));
    else tried.push(round((tried.at(-1) as number) ** 2 / (tried.at(-2) as number)));
  }
}

/** Rounds to six digits, so that 0.1 ** 2 / 0.05 is 0.2. */
function round(learningRate: number): number {
  return Number(learningRate.toPrecision(6));
}

/** Returns a name that is the same for runs that are the same training. */
export function keyOf(run: Run): string {
  const { purpose, method, seed, epochs, finetunedEpochs, learningRate, finetunedLearningRate } = run;
  const finetuned = finetunedEpochs > 0 ? `-finetuned${finetunedEpochs}-lr${finetunedLearningRate}` : '';
  return `${purpose}-${method}-seed${seed}-epochs${epochs}-lr${learningRate}${finetuned}`;
}

/**
 * Returns how many of a number of epochs are fine-tuning: the share of the recipe, with at least one epoch for each
 * part.
 *
 * @param total at least 2
 */
export function finetunedEpochsOf(total: number, recipe: { coupled: number; finetuned: number }): number {
  const part = Math.round((total * recipe.finetuned) / (recipe.coupled + recipe.finetuned));
  return Math.min(total - 1, Math.max(1, part));
}
