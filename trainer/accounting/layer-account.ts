/**
 * Counts the weights and the work of one layer.
 *
 * MACs are counted as the BinaryDuo paper counts them: kernel size times output positions, padded pixels
 * included.
 *
 *     binary MACs   weights of 1 bit on activations of 1 bit; on ternary activations, which are two bits, twice as many
 *     float MACs    all others: float32 and int8 weights, and 1-bit weights on pixels or values in full precision
 */

import {
  BinaryActivation,
  BinaryConv2D,
  BinaryDense,
  FixedPoint,
  FixedPointAdd,
  FixedPointRelu,
  Int8Conv2D,
  Int8Dense,
  TernaryActivation,
} from '../layers/index.js';
import type * as tf from '../tensorflow/index.js';

/** The kind of values in a tensor. */
export type Content =
  /** Pixels, 0..255. */
  | 'image'
  /** Binary activations, 1 bit each. */
  | 'bits'
  /** Ternary activations, two bits each. */
  | 'bit pairs'
  /** The output of a weight layer, possibly pooled and normalized, before a threshold; or the logits. */
  | 'sums'
  /** Fixed-point numbers of 8 or 16 bits each. */
  | 'fixed point'
  /** Anything else. */
  | 'full precision';

export interface LayerAccount {
  name: string;
  /** The class, such as `BinaryConv2D`. */
  type: string;
  /** One shape per input, without the batch. */
  inputs: number[][];
  output: number[];
  /** The number of weights in the kernel. */
  weights: number;
  /** Bits per weight; null without weights. */
  weightBits: 1 | 8 | 32 | null;
  /** 1-bit weights are packed, eight in a byte. */
  weightBytes: number;
  /** Biases, and the scale, offset, mean and variance of a norm, 4 bytes each. */
  parameters: number;
  parameterBytes: number;
  floatMacs: number;
  binaryMacs: number;
  /** The reason why it does not work on bits; null if it does, or only prepares thresholds. */
  notBinary: string | null;
}

type Layer = tf.layers.Layer;

/** Layers of TensorFlow.js with one float32 kernel, whose last axes are inputs and outputs. */
const FLOAT_WEIGHTS = new Set(['Conv1D', 'Conv2D', 'DepthwiseConv2D', 'Dense']);
/** Layers that only move values. */
const REARRANGING = new Set(['Flatten', 'Reshape', 'Permute', 'ZeroPadding2D', 'PadChannels', 'Concatenate']);
/** Layers that select values. */
const PICKING = new Set(['MaxPooling2D', 'MaxPooling1D', 'GlobalMaxPooling2D', 'Dropout']);

const FIXED_POINT = [FixedPoint, FixedPointAdd, FixedPointRelu];

/** Returns the width and the number of a layer's weights; null without weights. */
export function weightsOf(layer: Layer): { bits: 1 | 8 | 32; count: number } | null {
  const bits = bitsOf(layer);
  if (!bits || layer.weights.length === 0) return null;
  return { bits, count: size(layer.weights[0].shape) };
}

function bitsOf(layer: Layer): 1 | 8 | 32 | null {
  if (layer instanceof BinaryConv2D || layer instanceof BinaryDense) return 1;
  if (layer instanceof Int8Conv2D || layer instanceof Int8Dense) return 8;
  return FLOAT_WEIGHTS.has(layer.getClassName()) ? 32 : null;
}

/** Returns the content of a layer's output. */
export function contentBehind(layer: Layer, inputs: Content[]): Content {
  if (layer instanceof BinaryActivation) return 'bits';
  if (layer instanceof TernaryActivation) return 'bit pairs';
  if (bitsOf(layer)) return 'sums';
  if (FIXED_POINT.some((Class) => layer instanceof Class)) return 'fixed point';
  const className = layer.getClassName();
  const [first] = inputs;
  if (className === 'BatchNormalization') return first === 'sums' ? 'sums' : 'full precision';
  if (REARRANGING.has(className) || PICKING.has(className)) {
    return inputs.every((input) => input === first) ? first : 'full precision';
  }
  return 'full precision';
}

/** Counts one use of a layer. */
export function accountOf(
  layer: Layer,
  inputs: number[][],
  output: number[],
  contents: Content[],
): LayerAccount {
  const weights = weightsOf(layer);
  const parameters = layer.weights.reduce((sum, { shape }) => sum + size(shape), 0) - (weights?.count ?? 0);
  const [content] = contents;
  const planes = content === 'bits' ? 1 : content === 'bit pairs' ? 2 : 0;
  const binary = weights?.bits === 1 && planes > 0;
  const macs = weights ? weights.count * size(output.slice(0, -1)) : 0;
  return {
    name: layer.name,
    type: layer.getClassName(),
    inputs,
    output,
    weights: weights?.count ?? 0,
    weightBits: weights?.bits ?? null,
    weightBytes: weights ? Math.ceil((weights.count * weights.bits) / 8) : 0,
    parameters,
    parameterBytes: 4 * parameters,
    floatMacs: binary ? 0 : macs,
    binaryMacs: binary ? planes * macs : 0,
    notBinary: reason(layer, weights?.bits ?? null, content, contentBehind(layer, contents)),
  };
}

function reason(layer: Layer, bits: 1 | 8 | 32 | null, read: Content, made: Content): string | null {
  if (bits) {
    const parts = [
      ...(bits === 8 ? ['int8 weights'] : bits === 32 ? ['float32 weights'] : []),
      ...(read === 'image' ? ['pixels in'] : []),
      ...(read === 'full precision' || read === 'sums' ? ['full precision in'] : []),
      ...(read === 'fixed point' ? ['fixed point in'] : []),
    ];
    return parts.join(', ') || null;
  }
  if (made === 'fixed point') return made;
  if (made !== 'full precision') return null;
  const known = layer.weights.length === 0 || layer.getClassName() === 'BatchNormalization';
  return known ? 'full precision' : 'full precision, its work is not counted';
}

function size(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, length) => product * (length ?? 1), 1);
}
