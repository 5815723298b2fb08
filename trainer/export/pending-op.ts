/** Ops of the buffer as far as a layer alone decides them: everything but what becomes of their sums. */
import { layout } from '@bd-edge/sdk/internal';
import { BinaryConv2D, BinaryDense, Int8Conv2D, Int8Dense } from '../layers/index.js';
import type { Refuse } from './errors.js';
import type { PendingOp, TensorValue } from './values.js';
import { type PlacedWindow, placeWindow } from './window.js';

export type WeightLayer = Int8Conv2D | BinaryConv2D | Int8Dense | BinaryDense;

export function isWeightLayer(layer: unknown): layer is WeightLayer {
  return [Int8Conv2D, BinaryConv2D, Int8Dense, BinaryDense].some((Class) => layer instanceof Class);
}

/** @throws what `refuse` makes */
export function convolutionOf(layer: WeightLayer, input: TensorValue, refuse: Refuse): PendingOp {
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
  if (limit > layout.MAX_ACCUMULATOR) throw refuse('its sums could pass 2^30; give it fewer inputs');
  return {
    node: {
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

/** In steps of the sums. */
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

/** From TensorFlow's [..., in, out] to the buffer's [out][..., in]. */
function transpose(values: Int8Array, outputs: number): Int8Array {
  const rows = values.length / outputs;
  return Int8Array.from(
    { length: values.length },
    (_, i) => values[(i % rows) * outputs + Math.floor(i / rows)],
  );
}

/** The largest sum of any filter's weights, signs aside. */
function heaviest(weights: Int8Array, filters: number): number {
  const row = weights.length / filters;
  const sums = new Float64Array(filters);
  weights.forEach((weight, i) => {
    sums[Math.floor(i / row)] += Math.abs(weight);
  });
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}

/**
 * Averages over windows of bytes or of a stream, both copies side by side.
 *
 * @param joined whether the two copies are averaged too
 * @throws what `refuse` makes
 */
export function averageOf(
  input: TensorValue,
  placed: PlacedWindow,
  joined: boolean,
  refuse: Refuse = Error,
): PendingOp {
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = placed.window;
  const overhangs = (kernel: number, stride: number, padding: number, outputs: number, inputs: number) =>
    kernel > 2 && (padding > 0 || (outputs - 1) * stride + kernel > inputs);
  if (
    overhangs(kernelHeight, strideY, paddingTop, placed.outputHeight, input.height) ||
    overhangs(kernelWidth, strideX, paddingLeft, placed.outputWidth, input.width)
  ) {
    throw refuse('its windows of more than 2 pixels reach beyond the border; let them end there');
  }
  const terms = kernelHeight * kernelWidth * (joined ? 2 : 1);
  const limit = terms * input.largest;
  if (limit > layout.MAX_ACCUMULATOR) throw refuse('its windows have too many pixels');
  const filters = joined ? input.channels : input.channels * input.copies;
  return {
    node: { kind: 'sum-pool', input: input.index, ...placed, filters },
    bias: new Int32Array(filters),
    unit: input.step / terms,
    limit,
  };
}

/** Windows of one pixel. */
export function eachPixel({ height, width }: TensorValue): PlacedWindow {
  return placeWindow([height, width], [1, 1], [1, 1], 'valid', Error);
}
