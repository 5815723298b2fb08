/** What keeps a network from being exported, known before it is trained: the exporter is asked, with zeros for weights. */

import { buildNetwork } from '../networks/build-network.js';
import { withNames } from '../networks/layer-names.js';
import { mapLayers } from '../networks/map-layers.js';
import type { NetworkSpec, PlainLayerSpec, LayerSpec } from '../networks/network-spec.js';
import { UnsupportedLayerError } from './errors.js';
import { lower } from './lower.js';

/** A layer that the exporter refuses. */
export interface ExportObstacle {
  layer: string;
  /** Of the layer in the recipe. */
  kind: LayerSpec['kind'];
  /** The kind to take in its place; undefined where another kind alone does not help. */
  instead?: PlainLayerSpec['kind'];
  /** The exporter's own words. */
  reason: string;
}

/** Of full precision, and what computes nearly the same in integers. The fields are the same. */
const INSTEAD: Partial<Record<LayerSpec['kind'], PlainLayerSpec['kind']>> = {
  relu: 'fixed-point-relu',
  'float-conv': 'int8-conv',
  'float-dense': 'int8-dense',
};

/**
 * The layers for which `exportModel` would refuse a network, from the image on. What is to be taken in place of one is put
 * there, and the exporter asked again, so it is known to help; one that has no such kind is the last that is found.
 *
 * @returns none where the network can be exported
 * @throws InvalidRecipeError
 */
export function exportObstacles(recipe: NetworkSpec): ExportObstacle[] {
  const obstacles: ExportObstacle[] = [];
  let network = withNames(recipe);
  for (;;) {
    const obstacle = firstObstacle(network);
    if (!obstacle) return obstacles;
    obstacles.push(obstacle);
    const { layer, instead } = obstacle;
    if (!instead) return obstacles;
    network = mapLayers(network, (one) =>
      one.name === layer ? ({ ...one, kind: instead } as PlainLayerSpec) : one,
    );
  }
}

/** In a sentence for each kind of obstacle: `relu1 (relu) cannot be exported; take fixed-point-relu.` */
export function describeObstacles(obstacles: readonly ExportObstacle[]): string[] {
  const described = obstacles.map(({ layer, kind, instead, reason }) => ({
    layer,
    rest: ` (${kind}) cannot be exported${instead ? `; take ${instead}` : `: ${reason}`}.`,
  }));
  const rests = new Set(described.map(({ rest }) => rest));
  return [...rests].map((rest) => {
    const layers = described.filter((one) => one.rest === rest).map(({ layer }) => layer);
    return `${layers.join(', ')}${rest}`;
  });
}

/** The first layer that is refused. */
function firstObstacle(recipe: NetworkSpec): ExportObstacle | undefined {
  const network = buildNetwork(recipe, 0, { initial: 'zeros' });
  try {
    lower(network);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnsupportedLayerError)) throw error;
    const { layer, message } = error;
    const kind = kindOf(layer, recipe.layers);
    if (!kind) throw error;
    const reason = message.replace(/^.*? cannot be exported: /, '').replace(/\.$/, '');
    const instead = INSTEAD[kind];
    return { layer, kind, ...(instead && { instead }), reason };
  } finally {
    network.dispose();
  }
}

function kindOf(name: string, layers: readonly LayerSpec[]): LayerSpec['kind'] | undefined {
  for (const layer of layers) {
    if (layer.name === name) return layer.kind;
    const inner = layer.kind === 'residual' ? [...layer.layers, ...(layer.shortcut ?? [])] : [];
    const kind = kindOf(name, inner);
    if (kind) return kind;
  }
  return undefined;
}
