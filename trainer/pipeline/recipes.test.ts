import { expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { DATASET_NAMES } from '../data/index.js';
import { NETWORK_NAMES } from '../networks/index.js';
import { learningRateAt } from '../training/schedule.js';
import { RECIPE_NAMES, recipeFor, recipeNameFor } from './recipes.js';

it('names datasets and networks that exist, for both backends', () => {
  for (const name of RECIPE_NAMES) {
    for (const backend of ['native', 'wasm'] as const) {
      const { dataset, network } = recipeFor(name, backend);
      expect([...DATASET_NAMES, 'imagenet']).toContain(dataset); // a folder of the user
      expect(NETWORK_NAMES).toContain(network);
    }
  }
});

it('is plain data', () => {
  for (const name of RECIPE_NAMES) {
    const recipe = recipeFor(name, 'native');
    expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
  }
});

it.each([
  ['vgg7-cifar10', [121, 161], [31, 46]],
  ['alexnet', [41, 71, 91], [16, 26, 36]],
  ['resnet18', [71, 91, 111], [21, 31, 36]],
] as const)('%s drops its learning rate where the paper does', (name, coupled, finetuned) => {
  const recipe = recipeFor(name, 'native');
  for (const [stage, drops] of [
    [recipe.coupled, coupled],
    [recipe.finetuned, finetuned],
  ] as const) {
    const rate = (epoch: number) => learningRateAt(stage.schedule, epoch - 1, stage.epochs);
    const found = Array.from({ length: stage.epochs - 1 }, (_, i) => i + 2).filter(
      (epoch) => rate(epoch) < rate(epoch - 1),
    );
    expect(found).toEqual(drops);
    expect(rate(drops[0]) / rate(1)).toBeCloseTo(0.1, 12);
    expect(stage.optimizer).toEqual({ kind: 'momentum', momentum: 0.9, nesterov: true, weightDecay: 1e-4 });
  }
});

it('finds the recipe for a dataset', () => {
  expect(['mnist', 'cifar10'].map(recipeNameFor)).toEqual(['mnist', 'vgg7-cifar10']);
  expect(thrown(() => recipeNameFor('pictures/'))).toMatchObject({
    ...{ code: 'no-recipe-for-dataset', received: 'pictures/' },
  });
});

it('rejects an unknown recipe', () => {
  expect(thrown(() => recipeFor('cifar', 'native'))).toMatchObject({
    ...{ name: 'UsageError', code: 'unknown-recipe', received: 'cifar' },
    expected: ['mnist', 'fashion-mnist', 'vgg7-cifar10', 'alexnet', 'resnet18'],
  });
});
