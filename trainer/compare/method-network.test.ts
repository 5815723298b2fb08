import { beforeAll, expect, it } from 'vitest';
import { selectBackend } from '../backend/index.js';
import { fullPrecision, networkSpec } from '../networks/index.js';
import { methodCost, methodNetwork } from './method-network.js';
import { METHODS } from './methods.js';

beforeAll(async () => {
  await selectBackend();
});

const baseline = networkSpec('vgg7', { variant: 'baseline' });
const networks = { float: fullPrecision(baseline), baseline, coupled: networkSpec('vgg7') };

it('compares networks of the same weights and MACs, and a coupled one with half the weights', () => {
  const { float, direct, coupled, binaryduo, decoupled } = Object.fromEntries(
    METHODS.map((method) => [method, methodCost(method, networks)]),
  );
  expect(direct.weights).toBe(1_575_616); // the paper's figures
  expect(decoupled.weights).toBe(1_573_229);
  expect(binaryduo).toEqual(decoupled);
  expect(coupled.weights).toBe(789_782);
  expect(float).toMatchObject({ weights: direct.weights, binaryMacs: 0 });
  expect(float.floatMacs).toBe(direct.floatMacs + direct.binaryMacs);
});

it('builds each network with the activations of its method', () => {
  const small = {
    ...networks,
    coupled: networkSpec('mnist'),
    baseline: networkSpec('mnist', { variant: 'baseline' }),
  };
  small.float = fullPrecision(small.baseline);
  const activations = Object.fromEntries(
    METHODS.map((method) => {
      const names = methodNetwork(method, small, 1).layers.map((layer) => layer.getClassName());
      return [method, [...new Set(names.filter((name) => /Activation|ReLU/.test(name)))]];
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
