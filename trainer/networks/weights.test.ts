import { expect, it } from 'vitest';
import { thrown } from '../../sdk/testing/throws.js';
import { type NetworkSpec, parseNetworkSpec } from './network-spec.js';
import { withWeights } from './weights.js';

const spec: NetworkSpec = {
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

it('keeps a network unchanged, or makes all weights float32', () => {
  expect(withWeights(spec, 'binary')).toEqual(spec);
  const float = withWeights(spec, 'float');
  expect(kinds(float)).toEqual(['float-conv', 'float-conv', 'float-conv', 'float-dense', 'float-dense']);
  expect(parseNetworkSpec(float).layers[3]).toEqual({
    kind: 'float-dense',
    name: 'hidden',
    units: 3,
    bias: false,
  });
});

it('changes the named layers, in residual layers too', () => {
  const changed = withWeights(spec, { inner: 'int8', shortcut: 'binary', logits: 'float' });
  expect(kinds(changed)).toEqual(['int8-conv', 'int8-conv', 'binary-conv', 'binary-dense', 'float-dense']);
  expect(parseNetworkSpec(changed)).toEqual(changed);
});

it('rejects names of layers without weights', () => {
  const error = thrown(() => withWeights(spec, { outer: 'int8', inner: 'float' }));
  expect(error).toMatchObject({ code: 'invalid-weights', received: ['outer'] });
});
