/** The interface of a lowering: how one class of layers becomes integers. */
import type * as tf from '../../tensorflow/index.js';
import type { Refuse } from '../errors.js';
import type { GraphBuilder } from '../graph-builder.js';
import type { Copies, Value } from '../values.js';
import type { Wire } from '../wire.js';

/**
 * The place in the model that is lowered: a layer, with its copy in the other branch of a decoupled network.
 */
export interface Site<Layer extends tf.layers.Layer = tf.layers.Layer> {
  layer: Layer;
  /** The layer, and its copy where there is one. Both have the same settings, apart from thresholds. */
  layers: readonly Layer[];
  /** The outputs of the layer and its copy. */
  wire: Wire;
  copies: Copies;
  /** The inputs of the layer and its copy, one wire per input. */
  inputs: readonly Wire[];
  valueOf(wire: Wire): Value;
  graph: GraphBuilder;
  refuse: Refuse;
}

export interface Lowering<Layer extends tf.layers.Layer = tf.layers.Layer> {
  /** The class name of the layers that it takes, as TensorFlow.js writes it to files. */
  className: string;
  /** Describes what the layer becomes in the buffer, for the documentation. */
  becomes: string;
  /** Describes the condition under which the layer can be exported, for the documentation. */
  condition: string;
  /** @throws the error that `site.refuse` makes */
  lower(site: Site<Layer>): Value;
}
