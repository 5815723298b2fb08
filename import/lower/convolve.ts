/** Turns layers with weights into sums of integers. */
import type { Op } from '@bd-edge/sdk/internal';
import * as layout from '@bd-edge/sdk/internal/layout';
import type { Refuse } from '../errors.js';
import type { WindowAxis } from '../evaluate/windows.js';
import { gridOf } from './grid.js';
import type { PlacedTensor, Step, Sums } from './values.js';

/** A layer: its weights in the order of the format, [filter][row][column][channel], and its windows. */
export interface Layer {
  filters: number;
  weights: Float64Array;
  y: WindowAxis;
  x: WindowAxis;
}

const MAX_WEIGHT = 127;
const LARGEST = { u8: 255, bits: 1, int16: 32768 } as const;

/** Returns the window of an op. @throws the error that `refuse` makes, `unsupported-window` */
export function windowOf(y: WindowAxis, x: WindowAxis, refuse: Refuse): Op['window'] {
  const { MAX_WINDOW } = layout;
  for (const axis of [y, x]) {
    if (axis.kernel > MAX_WINDOW || axis.stride > MAX_WINDOW)
      throw refuse(
        'unsupported-window',
        `its kernel of ${y.kernel} x ${x.kernel} or its stride is above ${MAX_WINDOW}, the limit of the format`,
      );
    if (axis.padding >= axis.kernel || axis.paddingAfter >= axis.kernel)
      throw refuse('unsupported-window', 'its padding is not smaller than its kernel');
  }
  return {
    ...{ kernelHeight: y.kernel, kernelWidth: x.kernel, strideY: y.stride, strideX: x.stride },
    ...{ paddingTop: y.padding, paddingLeft: x.padding },
  };
}

/**
 * Returns the sums of a layer.
 *
 * @throws the error that `refuse` makes: `weights-not-quantized`, `accumulator-overflow`, `unsupported-window`
 */
export function convolve(tensor: PlacedTensor, layer: Layer, refuse: Refuse): Sums {
  const window = windowOf(layer.y, layer.x, refuse);
  const { filters, weights } = layer;
  const { steps, offsets, channels } = tensor;
  const isUniform = [steps, offsets].every((values) => values.every((value) => value === values[0]));
  // What a channel's codes are multiplied by belongs to the weights, unless it is the same for all.
  const scaled = isUniform ? weights : weights.map((weight, i) => weight * steps[i % channels]);
  const row = weights.length / filters;
  const sumsOf = (isOneScale: boolean): Sums | undefined => {
    const quantized = integerWeights(scaled, filters, isOneScale);
    if (!quantized) return undefined;
    const { integers, scales } = quantized;
    const constants = Float64Array.from({ length: filters }, (_, filter) => {
      let sum = 0;
      for (let i = 0; i < row; i++)
        sum += isUniform ? integers[filter * row + i] : weights[filter * row + i] * offsets[i % channels];
      return isUniform ? sum * offsets[0] : sum / scales[filter];
    });
    const base = baseOf(scales, constants, isUniform ? steps[0] : 1);
    return { ...integerSums(tensor, layer, window, integers, refuse), base, steps: [], pools: [] };
  };
  const sums = sumsOf(false);
  if (!sums) {
    const filter = Array.from({ length: filters }).findIndex(
      (_, i) => !gridOf(scaled.subarray(i * row, (i + 1) * row), MAX_WEIGHT),
    );
    throw refuse(
      'weights-not-quantized',
      `the weights of its filter ${filter} are not integers of at most 8 bits times one scale; quantize them` +
        (isUniform ? '' : ', and give its input one scale for all channels'),
    );
  }
  return {
    ...sums,
    withOneScale: () => sumsOf(true),
    ...(isUniform && { weightSteps: scalesOf(scaled, filters) }),
  };
}

/** Returns the step of each filter's weights, which are quantized. */
function scalesOf(weights: Float64Array, filters: number): Float64Array | undefined {
  return integerWeights(weights, filters, false)?.scales;
}

function baseOf(scales: Float64Array, constants: Float64Array, factor: number): Step {
  return {
    apply: (sum, filter) => scales[filter] * (factor * sum + constants[filter]),
    directions: Int8Array.from(scales, (scale) => Math.sign(scale * factor)),
    isAffine: true,
  };
}

/** Splits weights into integers and a scale for each filter, or one scale for all. */
function integerWeights(
  weights: Float64Array,
  filters: number,
  isOneScale: boolean,
): { integers: Int8Array; scales: Float64Array } | undefined {
  const row = weights.length / filters;
  const integers = new Int8Array(weights.length);
  const scales = new Float64Array(filters);
  if (isOneScale) {
    const grid = gridOf(weights, MAX_WEIGHT);
    if (!grid) return undefined;
    integers.set(grid.integers);
    return { integers, scales: scales.fill(grid.step) };
  }
  for (let filter = 0; filter < filters; filter++) {
    const grid = gridOf(weights.subarray(filter * row, (filter + 1) * row), MAX_WEIGHT);
    if (!grid) return undefined;
    integers.set(grid.integers, filter * row);
    scales[filter] = grid.step;
  }
  return { integers, scales };
}

function integerSums(
  tensor: PlacedTensor,
  { filters, y, x }: Layer,
  window: Op['window'],
  weights: Int8Array,
  refuse: Refuse,
): Omit<Sums, 'base' | 'steps' | 'pools'> {
  const { index, type, low, high } = tensor;
  const isBinary = type === 'bits' && weights.every((weight) => weight === 1 || weight === -1);
  const lows = new Float64Array(filters);
  const highs = new Float64Array(filters);
  const row = weights.length / filters;
  const largest = type === 'bits' ? high : LARGEST[type];
  for (let filter = 0; filter < filters; filter++) {
    let [positive, negative] = [0, 0];
    for (const weight of weights.subarray(filter * row, (filter + 1) * row)) {
      if (weight > 0) positive += weight;
      else negative += weight;
    }
    if ((positive - negative) * largest > layout.MAX_ACCUMULATOR)
      throw refuse(
        'accumulator-overflow',
        `the sums of its filter ${filter} can exceed 2^30; use fewer bits or inputs`,
      );
    lows[filter] = negative * high + positive * low;
    highs[filter] = positive * high + negative * low;
  }
  const [outputHeight, outputWidth] = [y.outputs, x.outputs];
  return {
    ...{ height: outputHeight, width: outputWidth, channels: filters, lows, highs },
    op: {
      kind: isBinary ? 'binary-convolution' : 'int8-convolution',
      ...{ input: index, window, outputHeight, outputWidth, filters, weights },
    },
  };
}
