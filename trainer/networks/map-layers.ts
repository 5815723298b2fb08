/** Walks over the layers of a {@link NetworkSpec}. */
import type { LayerSpec, NetworkSpec, PlainLayerSpec } from './network-spec.js';

/**
 * Returns the network with every layer changed, those inside of residual layers too.
 *
 * @param change returns the new layer, or undefined to leave it out; it is not called for residual layers
 * @returns a new object that shares the layers that stay the same
 */
export function mapLayers(
  spec: NetworkSpec,
  change: (layer: PlainLayerSpec) => PlainLayerSpec | undefined,
): NetworkSpec {
  const changeAll = (layers: readonly LayerSpec[]): LayerSpec[] =>
    layers.flatMap((layer) => {
      if (layer.kind !== 'residual') return change(layer) ?? [];
      const { shortcut } = layer;
      return {
        ...layer,
        layers: changeAll(layer.layers),
        ...(shortcut && { shortcut: changeAll(shortcut) }),
      };
    });
  return { ...spec, layers: changeAll(spec.layers) };
}

/** Lists all layers in order: a residual layer behind those inside of it. */
export function eachLayer({ layers }: Pick<NetworkSpec, 'layers'>): LayerSpec[] {
  return layers.flatMap((layer) =>
    layer.kind === 'residual'
      ? [...eachLayer(layer), ...eachLayer({ layers: layer.shortcut ?? [] }), layer]
      : [layer],
  );
}

/** Returns the last layer with weights, whose outputs are the logits; undefined if no layer has weights. */
export function outputLayer({ layers }: NetworkSpec): LayerSpec | undefined {
  return layers.findLast((layer) => 'filters' in layer || 'units' in layer);
}
