/** Removes all quantization from a network. */
import { mapLayers } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';
import { withWeights } from './weights.js';

/**
 * Returns the same network with float32 weights and a ReLU for every activation. It shows what quantization
 * costs, and cannot be deployed.
 */
export function fullPrecision(spec: NetworkSpec): NetworkSpec {
  return mapLayers(withWeights(spec, 'float'), (layer) =>
    layer.kind === 'binary' || layer.kind === 'ternary' ? { kind: 'relu', name: layer.name } : layer,
  );
}
