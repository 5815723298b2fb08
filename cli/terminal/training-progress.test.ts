import { afterEach, expect, test, vi } from 'vitest';
import { trainingProgress } from './training-progress.js';

afterEach(() => vi.restoreAllMocks());

const state = { phase: 'coupled', epochs: 4, steps: 10, learningRate: 0.1, loss: 0.5, accuracy: 0.75 };

test('without a terminal, prints a line for each epoch with the remaining time', () => {
  const said: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  let clock = 0;
  const progress = trainingProgress(true, () => clock);
  progress.onProgress({ ...state, epoch: 1, step: 1 });
  clock = 9000;
  progress.onProgress({ ...state, epoch: 1, step: 10 });
  progress.onProgress({ ...state, epoch: 1, step: 10, validationAccuracy: 0.8 });
  progress.onEvaluation({ stage: 'coupled', done: 500, total: 1000 });
  progress.onProgress({ ...state, epoch: 4, step: 10, validationAccuracy: 0.9 });
  progress.stop();
  expect(said).toEqual([
    'coupled epoch 1/4, loss 0.500, accuracy 75.00 %, validation 80.00 %, about 30 s left\n',
    'coupled epoch 4/4, loss 0.500, accuracy 75.00 %, validation 90.00 %\n',
  ]);

  const silent = trainingProgress(false);
  silent.onProgress({ ...state, epoch: 1, step: 10, validationAccuracy: 0.8 });
  expect(said).toHaveLength(2);
});
