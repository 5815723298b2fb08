import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from './methods.js';
import {
  BEYOND_GRID,
  type Choice,
  choicesOf,
  type FinishedRun,
  finalRuns,
  finetunedEpochsOf,
  keyOf,
  type PlanOptions,
  planRuns,
  type Run,
  search,
} from './plan.js';

const options: PlanOptions = {
  methods: METHODS,
  seeds: [1, 2],
  epochs: 9,
  finetunedEpochs: 3,
  tuning: {
    learningRates: [0.01, 0.02, 0.04],
    finetunedLearningRates: [0.001, 0.002, 0.004],
    epochs: 3,
    finetunedEpochs: 1,
    seed: 5,
  },
};

/** As though it had been trained: best where the rate is `best`, on a logarithmic scale. */
function finish(run: Run, best = 0.02): FinishedRun {
  const off = Math.abs(
    Math.log(
      (run.finetunedLearningRate ?? run.learningRate) / (run.finetunedLearningRate ? best / 10 : best),
    ),
  );
  const outcome = { validationAccuracy: 1 / (1 + off), bestEpoch: 1, seconds: 1, backend: 'none' };
  return { ...run, ...outcome, ...(run.purpose === 'final' && { testAccuracy: 0.9 }) };
}

/** Does what the plan says until nothing is left. */
function carryOut(options: PlanOptions, finished: FinishedRun[] = [], best?: number): FinishedRun[] {
  for (let runs = [...finished]; ; ) {
    const [next] = planRuns(options, runs).runs;
    if (!next) return runs;
    runs = [...runs, finish(next, best)];
  }
}

describe('the plan', () => {
  it('chooses rates first, then trains every lane with every seed', () => {
    const runs = carryOut(options);
    const finals = runs.filter((run) => run.purpose === 'final');
    expect(runs.slice(-finals.length)).toEqual(finals);
    expect(finals.map(({ method, seed }) => [seed, method])).toEqual(
      [1, 2].flatMap((seed) => METHODS.map((lane) => [seed, lane])),
    );
    for (const { method, epochs, finetunedEpochs, learningRate, finetunedLearningRate } of finals) {
      expect([epochs, learningRate]).toEqual([9, 0.02]);
      expect([finetunedEpochs, finetunedLearningRate]).toEqual(
        method === 'binaryduo' ? [3, 0.002] : [0, undefined],
      );
    }
    for (const run of runs.filter((run) => run.purpose === 'tune'))
      expect(run).toMatchObject({ seed: 5, epochs: 3 });
  });

  it('runs nothing twice, and the tuning that lanes share once', () => {
    const runs = carryOut(options);
    expect(new Set(runs.map(keyOf)).size).toBe(runs.length);
    // Three rates for float, direct, coupled and decoupled, three of fine-tuning, ten final runs.
    expect(runs).toHaveLength(4 * 3 + 3 + 10);
  });

  it('goes on from any runs that are done, in whatever order', () => {
    const all = carryOut(options);
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (some) => {
        expect(new Set(carryOut(options, some).map(keyOf))).toEqual(new Set(all.map(keyOf)));
      }),
    );
  });

  it('adds seeds without training again', () => {
    const more = planRuns({ ...options, seeds: [1, 2, 3] }, carryOut(options));
    expect(more.runs.map(({ method, seed }) => [seed, method])).toEqual(METHODS.map((lane) => [3, lane]));
  });

  it('trains anew where more rates make another one the best, and counts the old runs no longer', () => {
    const before = carryOut(options, [], 0.02);
    const finer = {
      ...options,
      lanes: ['direct'] as Method[],
      tuning: { ...options.tuning, rates: [0.01, 0.02, 0.03, 0.04] },
    };
    const better = before.map((run) =>
      run.purpose === 'tune' ? { ...run, validationAccuracy: 0.5 * run.validationAccuracy } : run,
    );
    const { runs } = planRuns(finer, better);
    expect(runs.map(({ learningRate }) => learningRate)).toEqual([0.03]);
    const after = carryOut(finer, [...better, { ...finish(runs[0]), validationAccuracy: 0.99 }]);
    const { direct } = choicesOf(finer, after, {}) as Record<Method, Choice>;
    expect(finalRuns('direct', finer, direct, after).map(({ learningRate }) => learningRate)).toEqual([
      0.03, 0.03,
    ]);
  });

  it('tunes nothing where there is one rate', () => {
    const tuning = { ...options.tuning, rates: [0.03], finetuneRates: [0.003] };
    const { runs, choices } = planRuns({ ...options, tuning }, []);
    expect(runs).toHaveLength(10);
    expect(choices.binaryduo).toEqual({ rate: 0.03, finetuneRate: 0.003, atEdge: false });
  });
});

describe('choices', () => {
  const call = (lane: Method, rates: number[]): PlanOptions => ({
    ...options,
    methods: [lane],
    tuning: { ...options.tuning, learningRates },
  });

  it('keep the rates of lanes that a later call with other rates does not name', () => {
    const first = call('direct', [0.01]);
    const runs = carryOut(first);
    const kept = choicesOf(first, runs, {});
    const second = call('decoupled', [0.02, 0.03]);
    expect(choicesOf(second, runs, kept).direct).toEqual({ rate: 0.01, atEdge: false });
    const both = choicesOf(second, carryOut(second, runs, 0.02), kept);
    expect([both.direct?.learningRate, both.decoupled?.learningRate]).toEqual([0.01, 0.02]);
  });

  it('change where a call with other rates names the lane, once they are tried', () => {
    const first = call('direct', [0.01]);
    const kept = choicesOf(first, [], {});
    const second = call('direct', [0.02, 0.03]);
    expect(choicesOf(second, [], kept).direct?.learningRate).toBe(0.01);
    expect(choicesOf(second, carryOut(second, [], 0.03), kept).direct?.learningRate).toBe(0.03);
  });
});

describe('the search for a rate', () => {
  const peak = (best: number) => (rate: number) => -Math.abs(Math.log(rate / best));

  it('takes the best of the grid, the smaller of equals', () => {
    expect(search([0.4, 0.1, 0.2], peak(0.2))).toMatchObject({ best: 0.2, atEdge: false });
    expect(search([1, 2, 3, 4], (rate) => (rate === 1 || rate === 4 ? 0 : 1))).toMatchObject({ best: 2 });
  });

  it('goes on beyond an end that is best, and says where it stopped there', () => {
    expect(search([0.1, 0.2], peak(0.8))).toEqual({ tried: [0.1, 0.2, 0.4, 0.8], best: 0.8, atEdge: true });
    expect(search([0.1, 0.2], peak(0.4))).toEqual({ tried: [0.1, 0.2, 0.4, 0.8], best: 0.4, atEdge: false });
    expect(search([0.1, 0.2, 0.4], peak(0.01)).tried).toEqual([0.025, 0.05, 0.1, 0.2, 0.4]);
  });

  it('finds the best of all that it tried, and never tries more than it may', () => {
    const grid = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(grid, fc.double({ min: 0.1, max: 500, noNaN: true }), (grid, best) => {
        const found = search(grid, peak(best));
        expect(found.tried.length).toBeLessThanOrEqual(grid.length + 2 * BEYOND_GRID);
        const accuracies = found.tried.map(peak(best));
        expect(peak(best)(found.best as number)).toBe(Math.max(...accuracies));
        const inside = found.best !== found.tried[0] && found.best !== found.tried.at(-1);
        expect(found.atEdge).toBe(!inside);
      }),
    );
  });
});

it('shares epochs out as a recipe does, with at least one for each part', () => {
  expect(finetunedEpochsOf(6, { coupled: 4, finetune: 2 })).toBe(2);
  expect(finetunedEpochsOf(60, { coupled: 200, finetune: 60 })).toBe(14);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 1, max: 99 }), (total, finetune) => {
      const part = finetunedEpochsOf(total, { coupled: 10, finetune });
      expect(part).toBeGreaterThanOrEqual(1);
      expect(part).toBeLessThan(total);
    }),
  );
});
