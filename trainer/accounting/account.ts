/** What a network costs: weights and work, layer by layer and together. */

import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';
import { accountOf, type Content, contentBehind, type LayerAccount } from './layer-account.js';

export interface Account {
  /** Kernels only, as the paper counts: biases and norms are the layers' `parameters`. */
  weights: number;
  floatMacs: number;
  binaryMacs: number;
  /** The paper's measure: float MACs + binary MACs / 64. int8 layers count as float. */
  weightedCost: number;
  /** In the order in which they compute. */
  layers: LayerAccount[];
}

export const BINARY_MACS_A_FLOAT_MAC = 64;

export class UnaccountableModelError extends UsageError {
  override readonly name = 'UnaccountableModelError';
}

/**
 * Any layers model, models within it included. A layer that is used twice has its weights counted once and its work
 * twice. Layers of classes that neither TensorFlow.js's core set nor this package has are listed without work, and
 * say so.
 *
 * @param model of images or vectors of fixed size
 * @throws UnaccountableModelError where shapes are missing
 */
export function account(model: tf.LayersModel): Account {
  if (!model.outputs?.length)
    throw new UnaccountableModelError(
      `The model "${model.name}" has no shapes yet; give its first layer an inputShape.`,
    );
  const accounts = new Map<tf.layers.Layer, LayerAccount>();
  contents(
    model,
    model.inputs.map((): Content => 'image'),
    accounts,
  );
  const layers = [...accounts.values()];
  const sum = (value: (layer: LayerAccount) => number) =>
    layers.reduce((total, layer) => total + value(layer), 0);
  const floatMacs = sum((layer) => layer.floatMacs);
  const binaryMacs = sum((layer) => layer.binaryMacs);
  return {
    weights: sum((layer) => layer.weights),
    floatMacs,
    binaryMacs,
    weightedCost: floatMacs + binaryMacs / BINARY_MACS_A_FLOAT_MAC,
    layers,
  };
}

/** Adds the layers of a model to `accounts`; returns what its outputs consist of. */
function contents(
  model: tf.LayersModel,
  inputs: Content[],
  accounts: Map<tf.layers.Layer, LayerAccount>,
): Content[] {
  const known = new Map(model.inputs.map((input, i) => [input, inputs[i]] as const));
  const contentOf = (tensor: tf.SymbolicTensor): Content => {
    const content = known.get(tensor);
    if (content) return content;
    const layer = tensor.sourceLayer;
    const { inputTensors, outputTensors } = layer.inboundNodes[tensor.nodeIndex];
    const read = inputTensors.map(contentOf);
    const made =
      layer instanceof tf.LayersModel
        ? contents(layer, read, accounts)
        : use(layer, inputTensors.map(shapeOf), shapeOf(tensor), read);
    outputTensors.forEach((output, i) => {
      known.set(output, made[i] ?? made[0]);
    });
    return known.get(tensor) as Content;
  };
  const use = (layer: tf.layers.Layer, from: number[][], to: number[], read: Content[]): Content[] => {
    const added = accountOf(layer, from, to, read);
    const before = accounts.get(layer);
    accounts.set(layer, {
      ...added,
      floatMacs: added.floatMacs + (before?.floatMacs ?? 0),
      binaryMacs: added.binaryMacs + (before?.binaryMacs ?? 0),
    });
    return [contentBehind(layer, read)];
  };
  return model.outputs.map(contentOf);
}

function shapeOf({ shape, name }: tf.SymbolicTensor): number[] {
  const sizes = shape.slice(1);
  if (sizes.some((size) => size === null))
    throw new UnaccountableModelError(`The tensor "${name}" has no fixed shape; give the input one.`);
  return sizes as number[];
}
