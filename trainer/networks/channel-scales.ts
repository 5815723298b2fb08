/** The same network with a scale for each output of its binary layers (quantizers/channel-scales.ts). */
import { mapLayers, outputLayer } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';

/** The output layer keeps its one scale: logits are compared with one another. */
export function withChannelScales(recipe: NetworkSpec): NetworkSpec {
  const output = outputLayer(recipe);
  return mapLayers(recipe, (layer) => {
    const binary = layer.kind === 'binary-conv' || layer.kind === 'binary-dense';
    return binary && layer !== output ? { ...layer, channelScales: true } : layer;
  });
}
