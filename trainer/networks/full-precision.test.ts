import { expect, it } from 'vitest';
import { fullPrecision } from './full-precision.js';
import { NETWORK_NAMES, networkSpec } from './index.js';
import type { LayerSpec } from './network-spec.js';

const kinds = (layers: readonly LayerSpec[]): string[] =>
  layers.flatMap((layer) =>
    layer.kind === 'residual' ? kinds([...layer.layers, ...(layer.shortcut ?? [])]) : [layer.kind],
  );

it.each(NETWORK_NAMES)('%s: nothing is quantized, and nothing else changes', (name) => {
  const before = kinds(networkSpec(name, { variant: 'baseline' }).layers);
  const after = kinds(fullPrecision(networkSpec(name, { variant: 'baseline' })).layers);
  expect(after).toEqual(
    before
      .filter((kind) => kind !== 'fixed-point')
      .map((kind) =>
        kind.replace(/^(int8|binary)-/, 'float-').replace(/^(binary|fixed-point-relu)$/, 'relu'),
      ),
  );
  expect(before).toContain('binary');
});
