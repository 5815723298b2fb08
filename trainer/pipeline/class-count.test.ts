import { describe, expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import type { NetworkSpec } from '../networks/index.js';
import { NETWORK_NAMES } from '../networks/index.js';
import { withClassCountOf } from './class-count.js';
import { recipeFor } from './recipes.js';
import { coupledNetworkOf, type TrainingRecipe, teacherNetworkOf } from './training-recipe.js';

const dataOf = (classCount: number) => ({
  name: 'pictures',
  classNames: Array.from({ length: classCount }, (_, i) => `class${i}`),
});
const mnist = recipeFor('mnist', 'wasm');

const weightsOf = (recipe: TrainingRecipe) => {
  const network = coupledNetworkOf(recipe, 1);
  const weights = network.getWeights().map((weights) => [weights.shape, weights.dataSync()]);
  network.dispose();
  return weights;
};

describe('a built-in network', () => {
  it.each([2, 3, 12])('has %i outputs, and so does its teacher', (count) => {
    const recipe = withClassCountOf(dataOf(count), mnist);
    for (const make of [coupledNetworkOf, teacherNetworkOf]) {
      const network = make(recipe, 1);
      expect(network.outputs[0].shape).toEqual([null, count]);
      network.dispose();
    }
  });

  it('does not change for the classes of its own dataset', () => {
    expect(weightsOf(withClassCountOf(dataOf(10), mnist))).toEqual(weightsOf(mnist));
  });

  it.each(NETWORK_NAMES)('%s has its width, weights and classes', (network) => {
    const recipe = withClassCountOf(dataOf(3), { ...mnist, network, width: 0.1, weights: 'float' });
    const built = coupledNetworkOf(recipe, 1);
    expect(built.outputs[0].shape.at(-1)).toBe(3);
    expect(built.getLayer('logits').getClassName()).toBe('Dense');
    built.dispose();
  });
});

describe('a network spec', () => {
  const network = (last: NetworkSpec['layers'][number]): NetworkSpec => ({
    input: [4],
    layers: [last, { kind: 'norm' }],
  });

  it('keeps its outputs', () => {
    const recipe = { ...mnist, network: network({ kind: 'int8-dense', units: 5 }) };
    for (const count of [2, 5]) expect(withClassCountOf(dataOf(count), recipe)).toBe(recipe);
  });

  it('is rejected by the name of the layer whose units are too few', () => {
    const error = (name?: string) =>
      thrown(() =>
        withClassCountOf(dataOf(6), { ...mnist, network: network({ kind: 'int8-dense', units: 5, name }) }),
      );
    const fields = { name: 'IncompatibleDataError', code: 'too-few-outputs', received: 5 };
    expect(error('logits')).toMatchObject({ ...fields, message: expect.stringContaining('logits') });
    expect(error()).toMatchObject({ ...fields, message: expect.stringContaining('layers.0 (int8-dense)') });
  });
});
