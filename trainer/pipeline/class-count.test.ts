import { describe, expect, it } from 'vitest';
import type { NetworkSpec } from '../networks/index.js';
import { NETWORK_NAMES } from '../networks/index.js';
import { TooFewOutputsError, withClassCountOf } from './class-count.js';
import { coupledNetworkOf, recipeFor, type TrainingRecipe, teacherNetworkOf } from './recipes.js';

const dataOf = (classes: number) => ({
  name: 'pictures',
  classes: Array.from({ length: classes }, (_, i) => `class${i}`),
});
const mnist = recipeFor('mnist', 'wasm');

const weightsOf = (recipe: TrainingRecipe) => {
  const network = coupledNetworkOf(recipe, 1);
  const weights = network.getWeights().map((weights) => [weights.shape, weights.dataSync()]);
  network.dispose();
  return weights;
};

describe('a built-in network', () => {
  it.each([2, 3, 12])('tells %i classes apart, and so does its teacher', (count) => {
    const recipe = withClassCountOf(dataOf(count), mnist);
    for (const make of [coupledNetworkOf, teacherNetworkOf]) {
      const network = make(recipe, 1);
      expect(network.outputs[0].shape).toEqual([null, count]);
      network.dispose();
    }
  });

  it('is the one that it was for the classes of its own dataset', () => {
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

describe("a network of one's own", () => {
  const network = (last: NetworkSpec['layers'][number]): NetworkSpec => ({
    input: [4],
    layers: [last, { kind: 'norm' }],
  });

  it('keeps the outputs that it has', () => {
    const recipe = { ...mnist, network: network({ kind: 'int8-dense', units: 5 }) };
    for (const count of [2, 5]) expect(withClassCountOf(dataOf(count), recipe)).toBe(recipe);
  });

  it('is refused by the name of the layer whose units are too few', () => {
    const refused = (name?: string) => () =>
      withClassCountOf(dataOf(6), { ...mnist, network: network({ kind: 'int8-dense', units: 5, name }) });
    expect(refused('logits')).toThrow(TooFewOutputsError);
    expect(refused('logits')).toThrow(
      'pictures has 6 classes, and the network\'s last layer with weights, logits, has "units": 5; write "units": 6 there.',
    );
    expect(refused()).toThrow('layers.0 (int8-dense), has "units": 5');
  });
});
