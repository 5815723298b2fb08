/** Changes the kind of a network's weights. */
import { UsageError } from '@bd-edge/sdk/internal';
import { mapLayers } from './map-layers.js';
import type { NetworkSpec, PlainLayerSpec } from './network-spec.js';
import type { WeightKind, Weights } from './options.js';

/**
 * Returns the same network with other weights. With `float`, fixed-point layers become full precision too.
 *
 * @throws {UsageError} with code `invalid-weights` for an unknown kind, or a layer that does not exist or has
 *   no weights
 */
export function withWeights(spec: NetworkSpec, weights: Weights): NetworkSpec {
  if (weights === 'binary') return spec;
  if (typeof weights === 'string' && weights !== 'float')
    throw new UsageError(
      'invalid-weights',
      `Unknown weights "${weights}"; expected binary, float, or a kind for each layer.`,
      { received: weights, expected: ['binary', 'float'] },
    );
  const named = new Map(weights === 'float' ? [] : Object.entries(weights));
  const changed = mapLayers(spec, (layer) => {
    if (layer.kind === 'fixed-point' && weights === 'float') return undefined;
    if (layer.kind === 'fixed-point-relu' && weights === 'float') return { kind: 'relu', name: layer.name };
    const [, form] = /^(?:int8|binary|float)-(conv|dense)$/.exec(layer.kind) ?? [];
    const kind = weights === 'float' ? 'float' : named.get(layer.name ?? '');
    if (!form || !kind) return layer;
    named.delete(layer.name ?? '');
    return converted(layer, kind, form);
  });
  if (named.size > 0) {
    const received = [...named.keys()];
    throw new UsageError(
      'invalid-weights',
      `${spec.name ?? 'The network'} has no layer with weights named "${received.join('", "')}".`,
      { received },
    );
  }
  return changed;
}

/**
 * Keeps the fields that the new kind has too. A binary dense layer has no bias, and no other kind adds one.
 */
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
