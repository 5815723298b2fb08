import { expect, it } from 'vitest';
import { eachLayer, mapLayers, outputLayer } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';

const network: NetworkSpec = {
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

it('mapLayers reaches the layers of residual ones, and leaves out layers that become undefined', () => {
  const mapped = mapLayers(network, (layer) => {
    if (layer.kind === 'norm') return undefined;
    return layer.kind === 'ternary' ? { kind: 'binary' } : layer;
  });
  expect(mapped.layers).toEqual([
    network.layers[0],
    { kind: 'residual', layers: [{ kind: 'residual', layers: [{ kind: 'binary' }], shortcut: [] }] },
    network.layers[2],
  ]);
});

it('eachLayer lists a residual layer behind its own', () => {
  const kinds = eachLayer(network).map(({ kind }) => kind);
  expect(kinds).toEqual([
    ...['int8-conv', 'norm', 'ternary', 'norm', 'residual', 'residual', 'int8-dense', 'norm'],
  ]);
});

it('outputLayer finds the last layer with weights', () => {
  expect(outputLayer(network)).toBe(network.layers[2]);
  expect(outputLayer({ ...network, layers: [{ kind: 'norm' }] })).toBeUndefined();
});
