import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method } from './methods.js';
import {
  type Choice,
  choicesOf,
  type FinishedRun,
  finalRuns,
  finetunedEpochsOf,
  keyOf,
  MAX_BEYOND_GRID,
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

/** Finishes a run. The best learning rate is `best`, on a logarithmic scale. */
function finish(run: Run, best = 0.02): FinishedRun {
  const off = Math.abs(
    Math.log(
      (run.finetunedLearningRate ?? run.learningRate) / (run.finetunedLearningRate ? best / 10 : best),
    ),
  );
  const outcome = { validationAccuracy: 1 / (1 + off), bestEpoch: 1, seconds: 1, backend: 'none' };
  return { ...run, ...outcome, ...(run.purpose === 'final' && { testAccuracy: 0.9 }) };
}

/** Finishes the planned runs until none is left. */
function carryOut(options: PlanOptions, finished: FinishedRun[] = [], best?: number): FinishedRun[] {
  for (let runs = [...finished]; ; ) {
    const [next] = planRuns(options, runs).runs;
    if (!next) return runs;
    runs = [...runs, finish(next, best)];
  }
}

describe('the plan', () => {
  it('chooses learning rates first, then trains every method with every seed', () => {
    const runs = carryOut(options);
    const finals = runs.filter((run) => run.purpose === 'final');
    expect(runs.slice(-finals.length)).toEqual(finals);
    expect(finals.map(({ method, seed }) => [seed, method])).toEqual(
      [1, 2].flatMap((seed) => METHODS.map((method) => [seed, method])),
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

  it('runs nothing twice, and shared tuning once', () => {
    const runs = carryOut(options);
    expect(new Set(runs.map(keyOf)).size).toBe(runs.length);
    // Three learning rates for float, direct, coupled and decoupled, three of fine-tuning, ten final runs.
    expect(runs).toHaveLength(4 * 3 + 3 + 10);
  });

  it('continues from any finished runs, in any order', () => {
    const all = carryOut(options);
    fc.assert(
      fc.property(fc.shuffledSubarray(all), (some) => {
        expect(new Set(carryOut(options, some).map(keyOf))).toEqual(new Set(all.map(keyOf)));
      }),
    );
  });

  it('adds seeds without training again', () => {
    const more = planRuns({ ...options, seeds: [1, 2, 3] }, carryOut(options));
    expect(more.runs.map(({ method, seed }) => [seed, method])).toEqual(METHODS.map((method) => [3, method]));
  });

  it('trains again if more learning rates change the choice, and ignores the old final runs', () => {
    const before = carryOut(options, [], 0.02);
    const finer = {
      ...options,
      methods: ['direct'] as Method[],
      tuning: { ...options.tuning, learningRates: [0.01, 0.02, 0.03, 0.04] },
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

  it('needs no tuning for one learning rate', () => {
    const tuning = { ...options.tuning, learningRates: [0.03], finetunedLearningRates: [0.003] };
    const { runs, choices } = planRuns({ ...options, tuning }, []);
    expect(runs).toHaveLength(10);
    expect(choices.binaryduo).toEqual({
      ...{ learningRate: 0.03, finetunedLearningRate: 0.003, atEdge: false },
    });
  });
});

describe('choices', () => {
  const call = (method: Method, learningRates: number[]): PlanOptions => ({
    ...options,
    methods: [method],
    tuning: { ...options.tuning, learningRates },
  });

  it('keep those of methods that a later call does not name', () => {
    const first = call('direct', [0.01]);
    const runs = carryOut(first);
    const kept = choicesOf(first, runs, {});
    const second = call('decoupled', [0.02, 0.03]);
    expect(choicesOf(second, runs, kept).direct).toEqual({ learningRate: 0.01, atEdge: false });
    const both = choicesOf(second, carryOut(second, runs, 0.02), kept);
    expect([both.direct?.learningRate, both.decoupled?.learningRate]).toEqual([0.01, 0.02]);
  });

  it('change if a call with other learning rates names the method, once they are tried', () => {
    const first = call('direct', [0.01]);
    const kept = choicesOf(first, [], {});
    const second = call('direct', [0.02, 0.03]);
    expect(choicesOf(second, [], kept).direct?.learningRate).toBe(0.01);
    expect(choicesOf(second, carryOut(second, [], 0.03), kept).direct?.learningRate).toBe(0.03);
  });
});

describe('the search for a learning rate', () => {
  const peak = (best: number) => (rate: number) => -Math.abs(Math.log(rate / best));

  it('finds the best of the grid, the smaller of equals', () => {
    expect(search([0.4, 0.1, 0.2], peak(0.2))).toMatchObject({ best: 0.2, atEdge: false });
    expect(search([1, 2, 3, 4], (rate) => (rate === 1 || rate === 4 ? 0 : 1))).toMatchObject({ best: 2 });
  });

  it('extends the grid at an end that is best, up to a limit', () => {
    expect(search([0.1, 0.2], peak(0.8))).toEqual({ tried: [0.1, 0.2, 0.4, 0.8], best: 0.8, atEdge: true });
    expect(search([0.1, 0.2], peak(0.4))).toEqual({ tried: [0.1, 0.2, 0.4, 0.8], best: 0.4, atEdge: false });
    expect(search([0.1, 0.2, 0.4], peak(0.01)).tried).toEqual([0.025, 0.05, 0.1, 0.2, 0.4]);
  });

  it('finds the best of all tried, and never tries more than the limit', () => {
    const grid = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(grid, fc.double({ min: 0.1, max: 500, noNaN: true }), (grid, best) => {
        const found = search(grid, peak(best));
        expect(found.tried.length).toBeLessThanOrEqual(grid.length + 2 * MAX_BEYOND_GRID);
        const accuracies = found.tried.map(peak(best));
        expect(peak(best)(found.best as number)).toBe(Math.max(...accuracies));
        const inside = found.best !== found.tried[0] && found.best !== found.tried.at(-1);
        expect(found.atEdge).toBe(!inside);
      }),
    );
  });
});

it('splits epochs like a recipe, with at least one for each part', () => {
  expect(finetunedEpochsOf(6, { coupled: 4, finetuned: 2 })).toBe(2);
  expect(finetunedEpochsOf(60, { coupled: 200, finetuned: 60 })).toBe(14);
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 500 }), fc.integer({ min: 1, max: 99 }), (total, finetuned) => {
      const part = finetunedEpochsOf(total, { coupled: 10, finetuned });
      expect(part).toBeGreaterThanOrEqual(1);
      expect(part).toBeLessThan(total);
    }),
  );
});
