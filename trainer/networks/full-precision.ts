/** The same network without any quantisation: float32 weights, and a ReLU for every activation. */
import type { NetworkRecipe, RecipeLayer } from './recipe.js';
import { withWeights } from './weights.js';

/** What quantisation costs is measured against it; it cannot be deployed. */
export function fullPrecision(recipe: NetworkRecipe): NetworkRecipe {
  const change = (layer: RecipeLayer): RecipeLayer => {
    switch (layer.kind) {
      case 'residual':
        return { ...layer, layers: layer.layers.map(change), shortcut: layer.shortcut?.map(change) };
      case 'binary':
      case 'ternary':
        return { kind: 'relu', name: layer.name };
      default:
        return layer;
    }
  };
  const { layers, ...rest } = withWeights(recipe, 'float');
  return { ...rest, layers: layers.map(change) };
}
