/** The same network with a scale for each output of its binary layers (quantisers/channel-scales.ts). */
import type { NetworkRecipe, RecipeLayer } from './recipe.js';

/** The last layer keeps its one scale: logits are compared with one another. */
export function withChannelScales(recipe: NetworkRecipe): NetworkRecipe {
  const last = recipe.layers.findLastIndex((layer) => 'filters' in layer || 'units' in layer);
  const change = (layer: RecipeLayer): RecipeLayer => {
    switch (layer.kind) {
      case 'residual':
        return { ...layer, layers: layer.layers.map(change), shortcut: layer.shortcut?.map(change) };
      case 'binary-conv':
      case 'binary-dense':
        return { ...layer, channelScales: true };
      default:
        return layer;
    }
  };
  return { ...recipe, layers: recipe.layers.map((layer, i) => (i === last ? layer : change(layer))) };
}
