/**
 * Finds the layers that a decoupled network has twice: all layers in full precision between a convolution and
 * the ternary activations that it feeds.
 *
 *     conv -> norm -> tern                   norm is duplicated, so that fine-tuning can move the two branches apart
 *     conv -> norm -> add -> tern            a residual stream is duplicated: its sums, and the norms that they add up
 *               stream ^
 *
 * The norm of a shortcut with its own layers (average pool, 1x1 convolution, norm) reads no activation. Both
 * streams share it, as in the authors' networks.
 */

import { TernaryActivation } from '../layers/index.js';
import type * as tf from '../tensorflow/index.js';

type Layer = tf.layers.Layer;
/** Returns the tensors that a layer reads at the node that makes this one. */
type InputsOf = (tensor: tf.SymbolicTensor) => tf.SymbolicTensor[];

/** Layers that treat all channels equally and commute with the mean of two ordered copies. */
export const CHANNELWISE_LAYERS: ReadonlySet<string> = new Set(['MaxPooling2D', 'ZeroPadding2D', 'Dropout']);
/** Layers that may be between a batch norm or a sum and the activation that it feeds. */
const BEFORE_ACTIVATION = new Set([...CHANNELWISE_LAYERS, 'AveragePooling2D', 'FixedPoint', 'Flatten']);
const SUMS: ReadonlySet<string> = new Set(['Add', 'FixedPointAdd']);
/** Layers that may be between an activation and the layer that reads it. */
const BEHIND_ACTIVATION = new Set([...CHANNELWISE_LAYERS, 'Flatten', 'Concatenate']);

export function duplicatedLayers(outputs: tf.SymbolicTensor[], inputsOf: InputsOf): Set<Layer> {
  const duplicated = new Set<Layer>();
  const activations = ternaryActivations(outputs, inputsOf);
  // A sum is duplicated if one of its inputs is, so a later activation can decide about an earlier sum: repeat.
  for (let before = -1; before < duplicated.size; ) {
    before = duplicated.size;
    for (const activation of activations) mark(inputsOf(activation)[0], false);
  }
  return duplicated;

  /** Marks the layers from a norm or a sum up to here. @returns whether there are any */
  function mark(tensor: tf.SymbolicTensor, inSum: boolean): boolean {
    const layer = tensor.sourceLayer;
    const className = layer.getClassName();
    let found = duplicated.has(layer);
    if (className === 'BatchNormalization') found ||= !inSum || readsActivations(inputsOf(tensor)[0]);
    else if (SUMS.has(className))
      found = inputsOf(tensor).reduce((any, input) => mark(input, true) || any, found);
    else if (BEFORE_ACTIVATION.has(className)) found = mark(inputsOf(tensor)[0], inSum) || found;
    if (found) duplicated.add(layer);
    return found;
  }

  /** Whether a weight layer, or the pool after it, reads ternary activations. */
  function readsActivations(tensor: tf.SymbolicTensor): boolean {
    let at = tensor;
    while (BEFORE_ACTIVATION.has(at.sourceLayer.getClassName())) at = inputsOf(at)[0];
    return inputsOf(at).some(isActivation);
  }

  function isActivation(tensor: tf.SymbolicTensor): boolean {
    const layer = tensor.sourceLayer;
    if (layer instanceof TernaryActivation) return true;
    return BEHIND_ACTIVATION.has(layer.getClassName()) && inputsOf(tensor).some(isActivation);
  }
}

/** Returns the outputs of all ternary activations, in the order of the network. */
function ternaryActivations(outputs: tf.SymbolicTensor[], inputsOf: InputsOf): tf.SymbolicTensor[] {
  const seen = new Set<tf.SymbolicTensor>();
  const visit = (tensor: tf.SymbolicTensor) => {
    if (seen.has(tensor)) return;
    inputsOf(tensor).forEach(visit);
    seen.add(tensor);
  };
  outputs.forEach(visit);
  return [...seen].filter((tensor) => tensor.sourceLayer instanceof TernaryActivation);
}
