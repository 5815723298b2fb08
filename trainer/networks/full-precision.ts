/** The same network without any quantization: float32 weights, and a ReLU for every activation. */
import { mapLayers } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';
import { withWeights } from './weights.js';

/** What quantization costs is measured against it; it cannot be deployed. */
export function fullPrecision(recipe: NetworkSpec): NetworkSpec {
  return mapLayers(withWeights(recipe, 'float'), (layer) =>
    layer.kind === 'binary' || layer.kind === 'ternary' ? { kind: 'relu', name: layer.name } : layer,
  );
}
