import { expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { withNames } from './layer-names.js';
import type { LayerSpec, NetworkSpec } from './network-spec.js';

const network = (...layers: LayerSpec[]): NetworkSpec => ({ input: [4], layers });

it('numbers each kind from 1, in residual layers too, and skips names that are taken', () => {
  const { layers } = withNames(
    network(
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

it('rejects a name that another layer or the image has', () => {
  const errorOf = (...layers: LayerSpec[]) => thrown(() => withNames(network(...layers)));
  expect(errorOf({ kind: 'relu' }, { kind: 'norm', name: 'relu1' })).toMatchObject({
    ...{ code: 'invalid-network-spec', field: 'layers.1.name' },
  });
  expect(errorOf({ kind: 'relu', name: 'input' })).toMatchObject({ field: 'layers.0.name' });
});
