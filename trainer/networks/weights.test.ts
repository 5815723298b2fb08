import { expect, it } from 'vitest';
import { NetworkOptionError } from './options.js';
import { type NetworkSpec, parseNetworkSpec } from './network-spec.js';
import { withWeights } from './weights.js';

const recipe: NetworkSpec = {
  input: [8, 8, 1],
  layers: [
    { kind: 'int8-conv', name: 'first', filters: 2, kernel: 3, clipLatents: true },
    {
      kind: 'residual',
      layers: [{ kind: 'ternary' }, { kind: 'binary-conv', name: 'inner', filters: 2, kernel: 1 }],
      shortcut: [{ kind: 'float-conv', name: 'shortcut', filters: 2, kernel: 1 }],
    },
    { kind: 'flatten' },
    { kind: 'binary-dense', name: 'hidden', units: 3 },
    { kind: 'int8-dense', name: 'logits', units: 2 },
  ],
};

const kinds = (changed: NetworkSpec) => JSON.stringify(changed).match(/(?:int8|binary|float)-\w+/g);

it('leaves a recipe as it is, or makes all weights float32', () => {
  expect(withWeights(recipe, 'binary')).toEqual(recipe);
  const float = withWeights(recipe, 'float');
  expect(kinds(float)).toEqual(['float-conv', 'float-conv', 'float-conv', 'float-dense', 'float-dense']);
  expect(parseNetworkSpec(float).layers[3]).toEqual({
    kind: 'float-dense',
    name: 'hidden',
    units: 3,
    bias: false,
  });
});

it('changes the layers that are named, wherever they are', () => {
  const changed = withWeights(recipe, { inner: 'int8', shortcut: 'binary', logits: 'float' });
  expect(kinds(changed)).toEqual(['int8-conv', 'int8-conv', 'binary-conv', 'binary-dense', 'float-dense']);
  expect(parseNetworkSpec(changed)).toEqual(changed);
});

it('refuses names without weights', () => {
  expect(() => withWeights(recipe, { outer: 'int8', inner: 'float' })).toThrow(NetworkOptionError);
  expect(() => withWeights(recipe, { outer: 'int8', inner: 'float' })).toThrow(
    'named "outer" in the network',
  );
});
