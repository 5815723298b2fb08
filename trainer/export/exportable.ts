/** Finds the layers that would prevent an export, before the network is trained. */
import { UnsupportedLayerError } from '../errors.js';
import { buildNetwork } from '../networks/build-network.js';
import { withNames } from '../networks/layer-names.js';
import { eachLayer, mapLayers } from '../networks/map-layers.js';
import type { LayerSpec, NetworkSpec, PlainLayerSpec } from '../networks/network-spec.js';
import { lower } from './lower.js';

/** A layer that cannot be exported. */
export interface ExportObstacle {
  layer: string;
  /** The kind of the layer in the NetworkSpec. */
  kind: LayerSpec['kind'];
  /** The kind to use in its place; undefined where another kind alone does not help. */
  instead?: PlainLayerSpec['kind'];
  /** Present where `instead` is not. */
  reason?: string;
}

/**
 * Layers in full precision, which have no integer form, and the kind that computes nearly the same in
 * integers. Both have the same fields.
 */
export const INTEGER_KINDS: Partial<Record<LayerSpec['kind'], PlainLayerSpec['kind']>> = {
  relu: 'fixed-point-relu',
  'float-conv': 'int8-conv',
  'float-dense': 'int8-dense',
};

/**
 * Returns the layers for which `exportModel` would reject a network: those in full precision, in order, and
 * the first layer that the exporter rejects when they are replaced.
 *
 * @returns an empty list if the network can be exported
 * @throws {FileError} with code `invalid-network-spec`
 */
export function exportObstacles(spec: NetworkSpec): ExportObstacle[] {
  const named = withNames(spec);
  const obstacles: ExportObstacle[] = [];
  const replaced = mapLayers(named, (layer) => {
    const instead = INTEGER_KINDS[layer.kind];
    if (!instead) return layer;
    obstacles.push({ layer: layer.name as string, kind: layer.kind, instead });
    return { ...layer, kind: instead } as PlainLayerSpec;
  });
  const rejected = firstRejected(replaced);
  return rejected ? [...obstacles, rejected] : obstacles;
}

/** Returns a sentence for each kind of obstacle: `relu1 (relu) cannot be exported; use fixed-point-relu.` */
export function describeObstacles(obstacles: readonly ExportObstacle[]): string[] {
  const layers = new Map<string, string[]>();
  for (const { layer, kind, instead, reason } of obstacles) {
    const rest = ` (${kind}) cannot be exported${instead ? `; use ${instead}` : `: ${reason}`}.`;
    layers.set(rest, [...(layers.get(rest) ?? []), layer]);
  }
  return [...layers].map(([rest, names]) => `${names.join(', ')}${rest}`);
}

/** Lowers the network with zeros for weights. */
function firstRejected(spec: NetworkSpec): ExportObstacle | undefined {
  const network = buildNetwork(spec, 0, { initial: 'zeros' });
  try {
    lower(network);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsupportedLayerError)) throw error;
    const rejected = eachLayer(spec).find(({ name }) => name === error.layer);
    if (!rejected) throw error;
    return { layer: rejected.name as string, kind: rejected.kind, reason: error.reason };
  } finally {
    network.dispose();
  }
}
