/** The same network with weights of another kind; all in float32, nothing else is fixed-point either. */
import { mapLayers } from './map-layers.js';
import { NetworkOptionError, type WeightKind, type Weights } from './options.js';
import type { NetworkSpec, PlainLayerSpec } from './network-spec.js';

/**
 * @throws NetworkOptionError where a layer is named that does not exist, has no weights, or cannot have those
 */
export function withWeights(recipe: NetworkSpec, weights: Weights): NetworkSpec {
  if (weights === 'binary') return recipe;
  if (typeof weights === 'string' && weights !== 'float')
    throw new NetworkOptionError(
      `There are no weights "${weights}" for all layers; there are: binary, float.`,
    );
  const named = new Map(weights === 'float' ? [] : Object.entries(weights));
  const changed = mapLayers(recipe, (layer) => {
    if (layer.kind === 'fixed-point' && weights === 'float') return undefined;
    if (layer.kind === 'fixed-point-relu' && weights === 'float') return { kind: 'relu', name: layer.name };
    const [, form] = /^(?:int8|binary|float)-(conv|dense)$/.exec(layer.kind) ?? [];
    const kind = weights === 'float' ? 'float' : named.get(layer.name ?? '');
    if (!form || !kind) return layer;
    named.delete(layer.name ?? '');
    return converted(layer, kind, form);
  });
  if (named.size > 0) {
    throw new NetworkOptionError(
      `There is no layer with weights named "${[...named.keys()].join('", "')}" in ${recipe.name ?? 'the network'}.`,
    );
  }
  return changed;
}

/** Keeps the fields that the new kind has too. Binary dense layers have no bias, and get none by becoming another kind. */
function converted(layer: PlainLayerSpec, kind: WeightKind, form: string): PlainLayerSpec {
  const { clipLatents, bias, channelScales, ...rest } = layer as PlainLayerSpec & {
    clipLatents?: boolean;
    bias?: boolean;
    channelScales?: boolean;
  };
  const hasBias = layer.kind === 'binary-dense' ? false : bias;
  const kept = {
    ...(clipLatents !== undefined && kind !== 'float' && { clipLatents }),
    ...(channelScales !== undefined && kind === 'binary' && { channelScales }),
    ...(hasBias !== undefined && kind !== 'binary' && form === 'dense' && { bias: hasBias }),
  };
  return { ...rest, ...kept, kind: `${kind}-${form}` } as PlainLayerSpec;
}
