import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { fullPrecision, networkRecipe } from '../networks/index.js';
import { laneCost, laneNetwork } from './method-network.js';
import { LANES } from './methods.js';

beforeAll(async () => {
  await selectBackend();
});

const baseline = networkRecipe('vgg7', { variant: 'baseline' });
const recipes = { float: fullPrecision(baseline), baseline, coupled: networkRecipe('vgg7') };

it('compares networks of the same weights and MACs, and the coupled one of half', () => {
  const { float, direct, coupled, binaryduo, decoupled } = Object.fromEntries(
    LANES.map((lane) => [lane, laneCost(lane, recipes)]),
  );
  expect(direct.weights).toBe(1_575_616); // the paper's figures
  expect(decoupled.weights).toBe(1_573_229);
  expect(binaryduo).toEqual(decoupled);
  expect(coupled.weights).toBe(789_782);
  expect(float).toMatchObject({ weights: direct.weights, binaryMacs: 0 });
  expect(float.floatMacs).toBe(direct.floatMacs + direct.binaryMacs);
});

it('builds each with the activations that its name says', () => {
  const small = {
    ...recipes,
    coupled: networkRecipe('mnist'),
    baseline: networkRecipe('mnist', { variant: 'baseline' }),
  };
  small.float = fullPrecision(small.baseline);
  const activations = Object.fromEntries(
    LANES.map((lane) => {
      const names = laneNetwork(lane, small, 1).layers.map((layer) => layer.getClassName());
      return [lane, [...new Set(names.filter((name) => /Activation|ReLU/.test(name)))]];
    }),
  );
  expect(activations).toEqual({
    float: ['ReLU'],
    direct: ['BinaryActivation'],
    coupled: ['TernaryActivation'],
    binaryduo: ['TernaryActivation'],
    decoupled: ['BinaryActivation'],
  });
});
