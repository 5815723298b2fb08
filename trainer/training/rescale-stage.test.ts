import { expect, it } from 'vitest';
import { recipeFor } from '../pipeline/recipes.js';
import { rescaleStage } from './rescale-stage.js';

it('keeps the proportions of a schedule', () => {
  const { coupled } = recipeFor('vgg7-cifar10', 'native');
  expect(rescaleStage(coupled, 200, 0.1)).toEqual(coupled);
  expect(rescaleStage(coupled, 20, 0.05)).toEqual({
    ...coupled,
    epochs: 20,
    schedule: { kind: 'step', learningRate: 0.05, drops: [12, 16] },
  });
  const { finetuned } = recipeFor('mnist', 'native');
  expect(rescaleStage(finetuned, 7, 1)).toEqual({
    ...finetuned,
    epochs: 7,
    schedule: { kind: 'cosine', learningRate: 1 },
  });
});

it('starts at the given learning rate, however short it is', () => {
  const { coupled } = recipeFor('alexnet', 'native');
  expect(rescaleStage(coupled, 1, 0.1).schedule).toEqual({
    kind: 'step',
    learningRate: 0.1,
    drops: [1, 1, 1],
  });
});
