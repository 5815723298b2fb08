/** Recipes changed layer by layer. */
import type { NetworkSpec, PlainLayerSpec, LayerSpec } from './network-spec.js';

/**
 * @param change of every layer that is not residual, inside of residual ones too; undefined leaves it out
 * @returns a new recipe; what stays as it is is shared
 */
export function mapLayers(
  recipe: NetworkSpec,
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
  return { ...recipe, layers: changeAll(recipe.layers) };
}

/** The last layer with weights, whose outputs are the logits; undefined where none has weights. */
export function outputLayer({ layers }: NetworkSpec): LayerSpec | undefined {
  return layers.findLast((layer) => 'filters' in layer || 'units' in layer);
}
