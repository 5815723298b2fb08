import { expect, it } from 'vitest';
import { mapLayers, outputLayer } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';

const recipe: NetworkSpec = {
  input: [4, 4, 1],
  layers: [
    { kind: 'int8-conv', filters: 2, kernel: 3 },
    {
      kind: 'residual',
      layers: [
        { kind: 'norm' },
        { kind: 'residual', layers: [{ kind: 'ternary' }], shortcut: [{ kind: 'norm' }] },
      ],
    },
    { kind: 'int8-dense', units: 2 },
    { kind: 'norm' },
  ],
};

it('reaches layers inside of residual ones, and leaves out what has no successor', () => {
  const mapped = mapLayers(recipe, (layer) => {
    if (layer.kind === 'norm') return undefined;
    return layer.kind === 'ternary' ? { kind: 'binary' } : layer;
  });
  expect(mapped.layers).toEqual([
    recipe.layers[0],
    { kind: 'residual', layers: [{ kind: 'residual', layers: [{ kind: 'binary' }], shortcut: [] }] },
    recipe.layers[2],
  ]);
});

it('the output layer is the last with weights', () => {
  expect(outputLayer(recipe)).toBe(recipe.layers[2]);
  expect(outputLayer({ ...recipe, layers: [{ kind: 'norm' }] })).toBeUndefined();
});
