import { expect, it } from 'vitest';
import { withNames } from './layer-names.js';
import { InvalidRecipeError, type NetworkSpec, type LayerSpec } from './network-spec.js';

const recipe = (...layers: LayerSpec[]): NetworkSpec => ({ input: [4], layers });

it('numbers each kind from 1, inside of blocks too, and goes round names that are taken', () => {
  const { layers } = withNames(
    recipe(
      { kind: 'norm', name: 'norm1' },
      { kind: 'norm' },
      { kind: 'residual', layers: [{ kind: 'binary-dense', units: 4 }], shortcut: [{ kind: 'norm' }] },
      { kind: 'binary-dense', units: 4 },
    ),
  );
  expect(layers).toMatchObject([
    { name: 'norm1' },
    { name: 'norm2' },
    { name: 'residual1', layers: [{ name: 'binary_dense1' }], shortcut: [{ name: 'norm3' }] },
    { name: 'binary_dense2' },
  ]);
});

it('refuses a name that another layer or the image has, by its place', () => {
  const twice = () => withNames(recipe({ kind: 'relu' }, { kind: 'norm', name: 'relu1' }));
  expect(twice).toThrow(InvalidRecipeError);
  expect(twice).toThrow(`The recipe's layers.1.name is not valid: "relu1" is another layer's name already`);
  expect(() => withNames(recipe({ kind: 'relu', name: 'input' }))).toThrow('layers.0.name');
});
