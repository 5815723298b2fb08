import { expect, it } from 'vitest';
import { batches } from '../data/index.js';
import { fewSteps, MIN_STEPS } from './few-steps.js';

it('counts the steps of a small set, including the last, smaller batch of an epoch', () => {
  expect(fewSteps(648, 128, 2)).toEqual({ perEpoch: 6, total: 12 });
  expect(fewSteps(640, 128, 2)).toEqual({ perEpoch: 5, total: 10 });
});

it('counts like the batches', () => {
  const set = { images: new Uint8Array(50), labels: new Uint8Array(50), count: 50, height: 1, width: 1 };
  for (const size of [1, 7, 10, 49, 50, 51])
    expect(fewSteps(50, size, 1)?.perEpoch).toBe([...batches({ ...set, channels: 1 }, size)].length);
});

it('returns nothing if the steps are enough', () => {
  expect(fewSteps(10, 10, MIN_STEPS - 1)).toEqual({ perEpoch: 1, total: MIN_STEPS - 1 });
  expect(fewSteps(10, 10, MIN_STEPS)).toBeUndefined();
  expect(fewSteps(55_000, 128, 2)).toBeUndefined(); // the recipe for MNIST
});
