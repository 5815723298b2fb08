/**
 * The training graph evaluated in float64, in plain arrays, one image at a time. Tests of export compare with it. It
 * implements the layers with floating-point weights, batch norm and comparison, without integers or folding.
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
  PadChannels,
  TernaryActivation,
} from '../layers/index.js';
import type * as tf from '../tensorflow/index.js';

/** The values of one image, channels last. */
interface Map3 {
  height: number;
  width: number;
  channels: number;
  values: number[];
}

/** Called with every number of steps before it is rounded down. */
type OnRounding = (steps: number) => void;

/**
 * Computes the logits of one image.
 *
 * @param onRounding called with each value before rounding, to measure its distance to the next step
 */
export function evaluateInFloat64(
  model: tf.LayersModel,
  image: Uint8Array,
  onRounding: OnRounding = () => {},
): number[] {
  const [height, width, channels] = model.inputs[0].shape.slice(1) as number[];
  const known = new Map<number, Map3>([
    [model.inputs[0].id, { height, width, channels, values: [...image] }],
  ]);
  const valueOf = (symbolic: tf.SymbolicTensor): Map3 => {
    let value = known.get(symbolic.id);
    if (!value) {
      const layer = symbolic.sourceLayer;
      value = applyLayer(layer, layer.inboundNodes[symbolic.nodeIndex].inputTensors.map(valueOf), onRounding);
      known.set(symbolic.id, value);
    }
    return value;
  };
  return valueOf(model.outputs[0]).values;
}

function applyLayer(layer: tf.layers.Layer, inputs: Map3[], onRounding: OnRounding): Map3 {
  const [x] = inputs;
  const fixedPoint = (y: number, step: number) => {
    onRounding(y / step + 0.5);
    return Math.min(Math.max(Math.floor(y / step + 0.5), -32768), 32767) * step;
  };
  if (layer instanceof Int8Conv2D || layer instanceof BinaryConv2D) {
    const { weights, scale } = weightsOf(layer);
    return convolve(x, weights, scale, layer.filters, layer.kernelSize, layer.strides, layer.padding);
  }
  if (layer instanceof Int8Dense || layer instanceof BinaryDense) {
    const { weights, scale } = weightsOf(layer);
    const flat = { height: 1, width: 1, channels: x.values.length, values: x.values };
    const product = convolve(flat, weights, scale, layer.units, [1, 1], [1, 1], 'valid');
    const bias = layer instanceof Int8Dense ? layer.integerWeights().bias : null;
    const step = layer instanceof Int8Dense ? layer.inputStep * scale : 0;
    return { ...product, values: product.values.map((value, unit) => value + (bias?.[unit] ?? 0) * step) };
  }
  if (layer instanceof FixedPointRelu) {
    return map(x, (y) => Math.min(Math.max(Math.floor(y / layer.step + 0.5), 0), 255) * layer.step);
  }
  if (layer instanceof FixedPoint) return map(x, (y) => fixedPoint(y, layer.step));
  if (layer instanceof FixedPointAdd)
    return { ...x, values: x.values.map((y, i) => fixedPoint(y + inputs[1].values[i], layer.step)) };
  if (layer instanceof PadChannels) {
    const pixels = Array.from({ length: x.height * x.width }, (_, p) => p);
    const zeros = Array.from({ length: layer.channels }, () => 0);
    const values = pixels.flatMap((p) => [...pixel(x, p), ...zeros]);
    return { ...x, channels: x.channels + layer.channels, values };
  }
  if (layer instanceof TernaryActivation) return map(x, (y) => (Number(y >= 0.25) + Number(y >= 0.75)) / 2);
  if (layer instanceof BinaryActivation) return map(x, (y) => Number(y >= layer.threshold));
  switch (layer.getClassName()) {
    case 'BatchNormalization': {
      const [gamma, beta, mean, variance] = layer.getWeights().map((weight) => weight.dataSync());
      const { epsilon } = layer.getConfig() as { epsilon: number };
      return map(x, (y, c) => gamma[c] * ((y - mean[c]) / Math.sqrt(variance[c] + epsilon)) + beta[c]);
    }
    case 'MaxPooling2D': {
      const { poolSize, strides, padding } = layer.getConfig() as never as Record<string, [number, number]>;
      return maxPool(x, poolSize, strides, padding as never);
    }
    case 'AveragePooling2D': {
      const { poolSize, strides, padding } = layer.getConfig() as never as Record<string, [number, number]>;
      return averagePool(x, poolSize, strides, padding as never);
    }
    case 'GlobalAveragePooling2D':
      return averagePool(x, [x.height, x.width], [1, 1], 'valid');
    case 'Average':
      return { ...x, values: x.values.map((y, i) => (y + inputs[1].values[i]) / 2) };
    case 'Concatenate': {
      const [a, b] = inputs;
      const pixels = Array.from({ length: x.height * x.width }, (_, p) => p);
      const values = pixels.flatMap((p) => [...pixel(a, p), ...pixel(b, p)]);
      return { ...x, channels: a.channels + b.channels, values };
    }
    default:
      return x; // Flatten keeps the order, Dropout does nothing in prediction
  }
}

function weightsOf(layer: Int8Conv2D | BinaryConv2D | Int8Dense | BinaryDense) {
  if (layer instanceof BinaryConv2D || layer instanceof BinaryDense) {
    const { signs, scale } = layer.binaryWeights();
    return { weights: signs, scale };
  }
  const { values, scale } = layer.integerWeights();
  return { weights: values, scale };
}

function pixel(x: Map3, index: number): number[] {
  return x.values.slice(index * x.channels, (index + 1) * x.channels);
}

function map(x: Map3, f: (value: number, channel: number) => number): Map3 {
  return { ...x, values: x.values.map((value, i) => f(value, i % x.channels)) };
}

/** Calls `visit` for every tap inside the input, for each output pixel, with TensorFlow's padding rules. */
function slide(
  x: Map3,
  [kh, kw]: [number, number],
  [sy, sx]: [number, number],
  padding: 'same' | 'valid',
  visit: (output: number, tap: number, input: number) => void,
): { height: number; width: number } {
  const along = (size: number, kernel: number, stride: number) => {
    if (padding === 'valid') return { outputs: Math.ceil((size - kernel + 1) / stride), before: 0 };
    const outputs = Math.ceil(size / stride);
    return { outputs, before: Math.floor(Math.max((outputs - 1) * stride + kernel - size, 0) / 2) };
  };
  const [rows, columns] = [along(x.height, kh, sy), along(x.width, kw, sx)];
  for (let y = 0; y < rows.outputs; y++)
    for (let c = 0; c < columns.outputs; c++)
      for (let ky = 0; ky < kh; ky++)
        for (let kx = 0; kx < kw; kx++) {
          const [iy, ix] = [y * sy + ky - rows.before, c * sx + kx - columns.before];
          if (iy < 0 || ix < 0 || iy >= x.height || ix >= x.width) continue;
          visit(y * columns.outputs + c, ky * kw + kx, iy * x.width + ix);
        }
  return { height: rows.outputs, width: columns.outputs };
}

/** Computes sums of products, which are exact in float32 too, and then scales them, in the order of the layers. */
function convolve(
  x: Map3,
  weights: Int8Array,
  scale: number,
  filters: number,
  kernel: [number, number],
  strides: [number, number],
  padding: 'same' | 'valid',
): Map3 {
  const values: number[] = [];
  const size = slide(x, kernel, strides, padding, (output, tap, input) => {
    for (let f = 0; f < filters; f++) {
      let sum = values[output * filters + f] ?? 0;
      for (let c = 0; c < x.channels; c++) {
        sum += x.values[input * x.channels + c] * weights[(tap * x.channels + c) * filters + f];
      }
      values[output * filters + f] = sum;
    }
  });
  return { ...size, channels: filters, values: values.map((sum) => sum * scale) };
}

function maxPool(
  x: Map3,
  kernel: [number, number],
  strides: [number, number],
  padding: 'same' | 'valid',
): Map3 {
  const values: number[] = [];
  const size = slide(x, kernel, strides, padding, (output, _tap, input) => {
    for (let c = 0; c < x.channels; c++) {
      const at = output * x.channels + c;
      values[at] = Math.max(values[at] ?? -Infinity, x.values[input * x.channels + c]);
    }
  });
  return { ...x, ...size, values };
}

/** Pools without values outside the image. */
function averagePool(
  x: Map3,
  kernel: [number, number],
  strides: [number, number],
  padding: 'same' | 'valid',
): Map3 {
  const sums: number[] = [];
  const counts: number[] = [];
  const size = slide(x, kernel, strides, padding, (output, _tap, input) => {
    for (let c = 0; c < x.channels; c++) {
      const at = output * x.channels + c;
      sums[at] = (sums[at] ?? 0) + x.values[input * x.channels + c];
      counts[at] = (counts[at] ?? 0) + 1;
    }
  });
  return { ...x, ...size, values: sums.map((sum, i) => sum / counts[i]) };
}
