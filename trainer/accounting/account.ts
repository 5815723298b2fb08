/** Counts the weights and the work of a network, by layer and in total. */
import { UsageError } from '@bd-edge/sdk/internal';
import * as tf from '../tensorflow/index.js';
import { accountOf, type Content, contentBehind, type LayerAccount } from './layer-account.js';

export interface Account {
  /** Kernels only, as the paper counts them. Biases and norms are the layers' `parameters`. */
  weights: number;
  floatMacs: number;
  binaryMacs: number;
  /** The paper's measure: float MACs + binary MACs / 64. int8 layers count as float. */
  weightedCost: number;
  /** In the order of computation. */
  layers: LayerAccount[];
}

export const BINARY_MACS_PER_FLOAT_MAC = 64;

/**
 * Counts any layers model, with the models inside of it. The weights of a layer that is used twice count
 * once, and its work counts twice. Layers of classes that neither TensorFlow.js's core set nor this package
 * has are listed without work, with a note.
 *
 * @param model a network for images or vectors of fixed size
 * @throws {UsageError} with code `unknown-shape` if shapes are missing
 */
export function account(model: tf.LayersModel): Account {
  if (!model.outputs?.length)
    throw new UsageError(
      'unknown-shape',
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
    weightedCost: floatMacs + binaryMacs / BINARY_MACS_PER_FLOAT_MAC,
    layers,
  };
}

/** Adds the layers of a model to `accounts`. @returns the contents of its outputs */
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
    throw new UsageError('unknown-shape', `The tensor "${name}" has no fixed shape; give the input one.`);
  return sizes as number[];
}
