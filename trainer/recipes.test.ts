import { expect, it } from 'vitest';
import { DATASET_NAMES } from './data/index.js';
import { NETWORK_NAMES } from './networks/index.js';
import { RECIPE_NAMES, recipeFor, UnknownRecipeError } from './recipes.js';

it('names datasets and networks that exist, for both backends', () => {
  for (const name of RECIPE_NAMES) {
    for (const backend of ['native', 'wasm'] as const) {
      const { dataset, network } = recipeFor(name, backend);
      expect(DATASET_NAMES).toContain(dataset);
      expect(NETWORK_NAMES).toContain(network);
    }
  }
});

it('says which recipes there are', () => {
  expect(() => recipeFor('cifar', 'native')).toThrow(UnknownRecipeError);
  expect(() => recipeFor('cifar', 'native')).toThrow('There is no recipe "cifar"; there are: mnist.');
});
