/** Layers with weights become a convolution; a dense layer's kernel covers its input. */
import * as layout from '@bd-edge/sdk/internal/layout';
import { BinaryConv2D, BinaryDense, Int8Conv2D, Int8Dense } from '../../layers/index.js';
import type { Refuse } from '../errors.js';
import type { PendingOp, TensorValue } from '../values.js';
import { placeWindow } from '../window.js';
import type { Lowering } from './lowering.js';

type WeightLayer = Int8Conv2D | BinaryConv2D | Int8Dense | BinaryDense;

const ON_ANYTHING = 'after the image, an activation or a fixed-point layer';
const ON_BITS = 'after a ternary or binary activation';

export const convolutions: Lowering<WeightLayer>[] = [
  weights(Int8Conv2D.className, 'an int8 convolution', ON_ANYTHING),
  weights(BinaryConv2D.className, 'a binary convolution', ON_BITS),
  weights(Int8Dense.className, 'an int8 convolution over its whole input', ON_ANYTHING),
  weights(BinaryDense.className, 'a binary convolution over its whole input', ON_BITS),
];

function weights(className: string, becomes: string, condition: string): Lowering<WeightLayer> {
  return {
    ...{ className, becomes, condition },
    lower({ layer, layers, inputs: [[input]], graph, valueOf, refuse }) {
      const twin = layers.at(-1);
      if (twin && twin !== layer) throw refuse(`it and "${twin.name}" do not share their weights`);
      const pending = convolutionOf(layer, graph.place(input, valueOf([input]), refuse), refuse);
      const { filters: channels } = pending.op;
      return { kind: 'sums', pending, copies: 1, channels, pools: [], norms: undefined };
    },
  };
}

/** @throws the error that `refuse` makes */
function convolutionOf(layer: WeightLayer, input: TensorValue, refuse: Refuse): PendingOp {
  const binary = layer instanceof BinaryConv2D || layer instanceof BinaryDense;
  if (binary && input.largest > 2) {
    throw refuse(
      `binary weights need binary activations, and its input has ${input.largest === 255 ? 'bytes' : '16 bits'}`,
    );
  }
  const { placed, filters } = windowOf(layer, input, refuse);
  const quantized = binary ? layer.binaryWeights() : layer.integerWeights();
  const weights = transpose('signs' in quantized ? quantized.signs : quantized.values, filters);
  const limit = heaviest(weights, filters) * input.largest;
  const scales = layer.outputScales();
  if (limit > layout.MAX_ACCUMULATOR) throw refuse('its sums could exceed 2^30; give it fewer inputs');
  return {
    op: {
      kind: binary ? 'binary-convolution' : 'int8-convolution',
      input: input.index,
      ...placed,
      filters,
      weights,
    },
    bias: biasOf(layer, 'bias' in quantized ? quantized.bias : null, filters, input, refuse),
    unit: quantized.scale * input.step,
    gains: scales && Float64Array.from(scales, (scale) => scale / quantized.scale),
    limit,
  };
}

function windowOf(layer: WeightLayer, { height, width }: TensorValue, refuse: Refuse) {
  const size: [number, number] = [height, width];
  if (layer instanceof Int8Dense || layer instanceof BinaryDense)
    return { placed: placeWindow(size, size, [1, 1], 'valid', refuse), filters: layer.units };
  return {
    placed: placeWindow(size, layer.kernelSize, layer.strides, layer.padding, refuse),
    filters: layer.filters,
  };
}

/** Returns the bias in steps of the sums. */
function biasOf(
  layer: WeightLayer,
  biases: Int32Array | null,
  filters: number,
  { step }: TensorValue,
  refuse: Refuse,
): Int32Array {
  const perBias = layer instanceof Int8Dense ? layer.inputStep / step : 1;
  if (biases?.some((bias) => !Number.isInteger(bias * perBias))) {
    throw refuse(`its inputStep of ${step * perBias} does not fit an input with steps of ${step}`);
  }
  return Int32Array.from({ length: filters }, (_, filter) => (biases?.[filter] ?? 0) * perBias);
}

/** Turns TensorFlow's order [..., in, out] into the buffer's [out][..., in]. */
function transpose(values: Int8Array, outputs: number): Int8Array {
  const rows = values.length / outputs;
  return Int8Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * outputs + Math.floor(i / rows)],
  );
}

/** Returns the largest sum of the magnitudes of a filter's weights. */
function heaviest(weights: Int8Array, filters: number): number {
  const row = weights.length / filters;
  const sums = new Float64Array(filters);
  weights.forEach((weight, i) => {
    sums[Math.floor(i / row)] += Math.abs(weight);
  });
  return sums.reduce((largest, sum) => Math.max(largest, sum), 0);
}
