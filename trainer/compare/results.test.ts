import { expect, it } from 'vitest';
import { METHODS } from './methods.js';
import type { FinishedRun, PlanOptions } from './plan.js';
import { resultsOf } from './results.js';
import { comparisonMarkdown, leftOutLines } from './table.js';

const options: PlanOptions = {
  methods: METHODS,
  seeds: [1, 2, 3],
  epochs: 4,
  finetunedEpochs: 1,
  tuning: { learningRates: [0.1], finetunedLearningRates: [0.01], epochs: 2, finetunedEpochs: 1, seed: 1 },
};

function final(
  method: FinishedRun['method'],
  seed: number,
  testAccuracy: number,
  learningRate = 0.1,
): FinishedRun {
  const duo = method === 'binaryduo';
  return {
    ...{ purpose: 'final', method, seed, epochs: 4, finetunedEpochs: duo ? 1 : 0, learningRate },
    ...(duo && { finetunedLearningRate: 0.01 }),
    ...{ validationAccuracy: 0.5, testAccuracy, bestEpoch: 4, seconds: 1, backend: 'none' },
  };
}

const runs = [
  final('direct', 1, 0.9),
  final('direct', 2, 0.92),
  final('binaryduo', 1, 0.93),
  final('binaryduo', 2, 0.93),
  final('binaryduo', 3, 0.96),
  final('coupled', 7, 0.5),
  final('direct', 1, 0.1, 0.2), // a learning rate that was not chosen
];

it('has means over seeds, and differences to direct over common seeds', () => {
  const [direct, coupled, duo] = resultsOf(options, runs);
  expect(direct).toEqual({
    ...{
      method: 'direct',
      seeds: [1, 2],
      learningRate: 0.1,
      mean: 0.91,
      min: 0.9,
      max: 0.92,
      validationMean: 0.5,
    },
    deviation: expect.closeTo(Math.SQRT1_2 * 0.02, 12),
  });
  expect(coupled).toMatchObject({ method: 'coupled', seeds: [7], deviation: 0 });
  expect(coupled.difference).toBeUndefined();
  expect(duo).toMatchObject({ method: 'binaryduo', seeds: [1, 2, 3], mean: expect.closeTo(0.94, 12) });
  // Differences 0.03 and 0.01.
  expect(duo.difference).toMatchObject({ pairs: 2, mean: expect.closeTo(0.02, 12) });
  expect(duo.difference?.interval?.[0]).toBeCloseTo(0.02 - 12.7062 * 0.01, 5);
});

it('has methods with other learning rates, and names those with other epochs', () => {
  const decoupled = final('decoupled', 1, 0.94, 0.2);
  const later = {
    ...options,
    methods: ['decoupled' as const],
    tuning: { ...options.tuning, learningRates: [0.2] },
  };
  const all = [...runs, decoupled, { ...final('float', 1, 0.97), epochs: 9 }];
  const kept = {
    direct: { learningRate: 0.1, atEdge: false },
    float: { learningRate: 0.1, atEdge: false },
  };
  const results = resultsOf(later, all, kept);
  expect(results.map(({ method, learningRate, mean }) => [method, learningRate, mean])).toEqual([
    ['direct', 0.1, 0.91],
    ['decoupled', 0.2, 0.94],
  ]);
  expect(results[1].difference?.pairs).toBe(1);
  expect(leftOutLines({ options: later, runs: all, choices: kept })).toEqual([
    'Not in the table: float, coupled, binaryduo, tested with other epochs or with learning rates that are no longer chosen.',
  ]);
  expect(leftOutLines({ options, runs, choices: {} })).toEqual([]);
});

it('has no mean with a diverged run, and names it', () => {
  const { testAccuracy: _, ...untested } = final('direct', 3, 0);
  const diverged: FinishedRun = { ...untested, validationAccuracy: 0, bestEpoch: 2, diverged: true };
  const float: FinishedRun = { ...diverged, method: 'float', seed: 1 };
  const all = [...runs, diverged, float, { ...float, learningRate: 0.2 }];
  const results = resultsOf(options, all);
  expect(results).toEqual(resultsOf(options, runs));
  expect(leftOutLines({ options, runs: all, choices: {} })).toEqual([
    'float diverged with seed 1 in epoch 2 and is not in the mean; try lower values with --methods float --learning-rates.',
    'direct diverged with seed 3 in epoch 2 and is not in the mean; try lower values with --methods direct --learning-rates.',
  ]);
});

it('formats a table', () => {
  const cost = { weights: 1234, floatMacs: 2.5e6, binaryMacs: 1e6, weightedCost: 3e6 };
  const costs = { float: cost, direct: cost, coupled: cost, binaryduo: cost, decoupled: cost };
  const experiment = { data: 'mnist', network: 'small', weights: 'float' };
  const comparison = { experiment, options, costs, choices: {}, runs };
  const tuned = comparisonMarkdown({ ...comparison, runs: [{ ...runs[0], purpose: 'tune' }, ...runs] });
  expect(tuned).toContain('; rates chosen on validation images in runs of 2 epochs.');
  expect(comparisonMarkdown(comparison)).toBe(
    `mnist, network small, float weights, 4 epochs in all (BinaryDuo: 3 + 1); rates given, not tuned.

| method | test | spread | seeds | against direct, 95 % | learning rate | weights | float MACs | binary MACs |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| direct | 91.00 % +- 1.41 | 90.00 .. 92.00 | 2 |  | 0.1 | 1,234 | 2.50 M | 1.00 M |
| coupled | 50.00 % |  | 1 |  | 0.1 | 1,234 | 2.50 M | 1.00 M |
| binaryduo | 94.00 % +- 1.73 | 93.00 .. 96.00 | 3 | +2.00 (-10.71 .. +14.71) | 0.1, then 0.01 | 1,234 | 2.50 M | 1.00 M |
`,
  );
});
