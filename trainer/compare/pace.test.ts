import { expect, it } from 'vitest';
import type { TrainProgress } from '../training/train-options.js';
import type { Method } from './methods.js';
import { Pace } from './pace.js';
import type { PlanOptions, Run } from './plan.js';

const options: PlanOptions = {
  methods: ['direct', 'binaryduo'],
  seeds: [1, 2],
  epochs: 4,
  finetunedEpochs: 1,
  tuning: {
    learningRates: [0.1, 0.2],
    finetunedLearningRates: [0.01],
    epochs: 2,
    finetunedEpochs: 1,
    seed: 1,
  },
};

// In this table an epoch of `coupled` counts 6: a ternary activation is two bits, but one number in training.
const cost = (floatMacs: number, binaryMacs: number) => ({
  ...{ weights: 1, weightedCost: 1 },
  ...{ floatMacs, binaryMacs },
});
const costs = {
  float: cost(100, 0),
  direct: cost(2, 8),
  coupled: cost(2, 8),
  binaryduo: cost(99, 99),
  decoupled: cost(4, 8),
};

const run = (method: Method, epochs: number, finetunedEpochs = 0): Run => ({
  ...{ purpose: 'final', method, seed: 1, epochs, finetunedEpochs, learningRate: 0.1 },
});
const at = (phase: string, epoch: number, epochs: number, step = 5): TrainProgress => ({
  ...{ phase, epoch, epochs, step, steps: 10, loss: 1, accuracy: 0, learningRate: 1 },
});

function paced() {
  let clock = 50_000;
  const pace = new Pace(options, costs, () => clock);
  return { pace, wait: (seconds: number) => (clock += 1000 * seconds) };
}

it('has no estimate at the start', () => {
  const { pace, wait } = paced();
  pace.begin([run('direct', 4)], 0, []);
  wait(10);
  expect(pace.left()).toEqual({ share: 0 });
});

it('estimates the remaining time from the pace so far and the work of each method', () => {
  const { pace, wait } = paced();
  // 4 epochs of 10; then 3 of 6 and 1 of 12.
  const runs = [run('direct', 4), run('binaryduo', 4, 1)];
  pace.begin(runs, 0, []);
  wait(20);
  pace.at(at('direct', 2, 4, 10)); // 20 of 70 in 20 s
  expect(pace.left()).toEqual({ share: expect.closeTo(20 / 70, 12), secondsLeft: expect.closeTo(50, 9) });

  wait(60);
  pace.begin(runs.slice(1), 0, runs.slice(0, 1)); // 40 of 70 in 80 s
  expect(pace.left()).toEqual({ share: expect.closeTo(40 / 70, 12), secondsLeft: expect.closeTo(60, 9) });

  wait(20);
  pace.at(at('finetuned', 1, 1)); // 3.5 of 4 epochs: 26.25 more of 30
  const { share, secondsLeft } = pace.left();
  expect(share).toBeCloseTo(66.25 / 70, 12);
  expect(secondsLeft).toBeCloseTo((3.75 * 100) / 66.25, 9);
});

it('counts earlier and later runs as work, but not in the pace', () => {
  const { pace, wait } = paced();
  const [first, second] = [run('direct', 2), { ...run('direct', 2), learningRate: 0.2 }];
  pace.begin([second], 4, [first]); // 20 done, 20 to do, then 2 seeds of 40 + 30
  wait(30);
  pace.at(at('direct', 1, 2, 10)); // 10 in 30 s
  const { share, secondsLeft } = pace.left();
  expect(share).toBeCloseTo(30 / 180, 12);
  expect(secondsLeft).toBeCloseTo(3 * 150, 9);
});
