/** Gives each output of a network's binary layers its own scale (quantizers/channel-scales.ts). */
import { mapLayers, outputLayer } from './map-layers.js';
import type { NetworkSpec } from './network-spec.js';

/**
 * Returns the same network with channel scales. The output layer keeps one scale, since logits are compared.
 */
export function withChannelScales(spec: NetworkSpec): NetworkSpec {
  const output = outputLayer(spec);
  return mapLayers(spec, (layer) => {
    const binary = layer.kind === 'binary-conv' || layer.kind === 'binary-dense';
    return binary && layer !== output ? { ...layer, channelScales: true } : layer;
  });
}
