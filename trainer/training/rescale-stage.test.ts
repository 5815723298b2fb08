import { expect, it } from 'vitest';
import { recipeFor } from '../pipeline/recipes.js';
import { rescaleStage } from './rescale-stage.js';

it('keeps a schedule its proportions', () => {
  const { coupled } = recipeFor('vgg7-cifar10', 'native');
  expect(rescaleStage(coupled, 200, 0.1)).toEqual(coupled);
  expect(rescaleStage(coupled, 20, 0.05)).toEqual({
    ...coupled,
    epochs: 20,
    schedule: { kind: 'step', rate: 0.05, drops: [12, 16] },
  });
  const { finetuned } = recipeFor('mnist', 'native');
  expect(rescaleStage(finetuned, 7, 1)).toEqual({
    ...finetuned,
    epochs: 7,
    schedule: { kind: 'cosine', rate: 1 },
  });
});

it('begins at the rate that was asked for, however short it is', () => {
  const { coupled } = recipeFor('alexnet', 'native');
  expect(rescaleStage(coupled, 1, 0.1).schedule).toEqual({ kind: 'step', rate: 0.1, drops: [1, 1, 1] });
});
