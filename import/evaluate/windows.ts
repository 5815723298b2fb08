/** The geometry of convolutions and pools, and the operators themselves. Arrays are [batch, channels, ...spatial]. */
import type { OnnxNode } from '../onnx/read-model.js';
import { countOf, type NdArray, transpose, zeros } from './nd-array.js';
import { type Evaluator, given, integersOf } from './shapes.js';

/** How a window moves along one spatial axis. */
export interface WindowAxis {
  kernel: number;
  stride: number;
  /** Before the first element. */
  padding: number;
  paddingAfter: number;
  outputs: number;
}

/**
 * Reads the windows of a Conv or pool.
 *
 * @param sizes the spatial sizes of the input
 * @throws {RangeError} if an attribute is not supported
 */
export function windowsOf(
  { attributes }: OnnxNode,
  sizes: readonly number[],
  kernel: readonly number[],
): WindowAxis[] {
  const rank = sizes.length;
  const list = (name: string, byDefault: number) => {
    const values = attributes.ints(name) ?? new Array<number>(rank).fill(byDefault);
    if (values.length !== rank) throw new RangeError(`its ${name} are [${values}]; ${rank} are expected`);
    return values;
  };
  if (kernel.length !== rank)
    throw new RangeError(`its kernel is [${kernel}]; the input has ${rank} spatial axes`);
  const strides = list('strides', 1);
  if (list('dilations', 1).some((dilation) => dilation !== 1))
    throw new RangeError('dilations above 1 are not supported');
  const pads = attributes.ints('pads') ?? new Array<number>(2 * rank).fill(0);
  if (pads.length !== 2 * rank || pads.some((pad) => !Number.isInteger(pad) || pad < 0))
    throw new RangeError(`its pads are [${pads}]`);
  const auto = attributes.text('auto_pad', 'NOTSET');
  const round = attributes.int('ceil_mode', 0) === 1 ? Math.ceil : Math.floor;
  return sizes.map((size, axis) => {
    const [k, stride] = [kernel[axis], strides[axis]];
    if (!(k >= 1 && stride >= 1)) throw new RangeError(`its kernel is [${kernel}] with strides [${strides}]`);
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
      const outputs = Math.ceil(size / stride);
      const total = Math.max(0, (outputs - 1) * stride + k - size);
      const padding = auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      return { kernel: k, stride, padding, paddingAfter: total - padding, outputs };
    }
    const [padding, paddingAfter] = auto === 'NOTSET' ? [pads[axis], pads[axis + rank]] : [0, 0];
    let outputs = round((size + padding + paddingAfter - k) / stride) + 1;
    // With ceil_mode a window that would start behind the input is left out.
    if ((outputs - 1) * stride >= size + padding) outputs--;
    if (outputs < 1) throw new RangeError(`its kernel [${kernel}] is larger than its input [${sizes}]`);
    return { kernel: k, stride, padding, paddingAfter, outputs };
  });
}

/** Adds a spatial axis of size 1 to one-dimensional arrays. */
function asImage({ dims, data }: NdArray): {
  batch: number;
  channels: number;
  height: number;
  width: number;
  data: Float64Array;
} {
  if (dims.length < 3 || dims.length > 4) throw new RangeError(`its input has the shape [${dims}]`);
  const [batch, channels, ...sizes] = dims;
  const [height, width] = sizes.length === 1 ? [1, sizes[0]] : sizes;
  return { batch, channels, height, width, data };
}

const ONE: WindowAxis = { kernel: 1, stride: 1, padding: 0, paddingAfter: 0, outputs: 1 };
const both = (windows: WindowAxis[]): [WindowAxis, WindowAxis] =>
  windows.length === 1 ? [ONE, windows[0]] : [windows[0], windows[1]];

const convolution: Evaluator = (inputs, node) => {
  const [array, weights, bias] = [given(inputs, 0), given(inputs, 1), inputs[2]];
  const { batch, channels, height, width, data } = asImage(array);
  const [filters, perGroup, ...kernel] = weights.dims;
  const groups = node.attributes.int('group', 1);
  if (perGroup * groups !== channels || filters % groups !== 0)
    throw new RangeError(`weights [${weights.dims}] in ${groups} groups do not fit ${channels} channels`);
  const windows = windowsOf(node, array.dims.slice(2), kernel);
  const [y, x] = both(windows);
  const result = zeros([batch, filters, ...windows.map(({ outputs }) => outputs)]);
  const taps = y.kernel * x.kernel;
  const row = new Float64Array(perGroup * taps);
  const plane = y.outputs * x.outputs;
  for (let b = 0; b < batch; b++)
    for (let g = 0; g < groups; g++) {
      const first = (g * filters) / groups;
      for (let position = 0; position < plane; position++) {
        const top = Math.floor(position / x.outputs) * y.stride - y.padding;
        const left = (position % x.outputs) * x.stride - x.padding;
        row.fill(0);
        for (let c = 0; c < perGroup; c++)
          for (let ky = 0; ky < y.kernel; ky++) {
            const iy = top + ky;
            if (iy < 0 || iy >= height) continue;
            const at = ((b * channels + g * perGroup + c) * height + iy) * width;
            for (let kx = 0; kx < x.kernel; kx++) {
              const ix = left + kx;
              if (ix >= 0 && ix < width) row[c * taps + ky * x.kernel + kx] = data[at + ix];
            }
          }
        multiplyRow(row, weights.data, first, first + filters / groups, (f, sum) => {
          result.data[(b * filters + f) * plane + position] = sum + (bias ? bias.data[f] : 0);
        });
      }
    }
  return withoutNoise(result);
};

/** Sums below this part of the largest sum are 0 and the noise of float64. */
const NOISE = 2 ** -40;

/**
 * Sets sums to 0 that are 0 but for the noise of float64. Terms such as 3/255 and -3/255 of different weights cancel out,
 * and a sign behind them must not depend on the noise.
 */
function withoutNoise(sums: NdArray): NdArray {
  let largest = 0;
  for (const sum of sums.data) largest = Math.max(largest, Math.abs(sum));
  sums.data.forEach((sum, i) => {
    if (Math.abs(sum) < NOISE * largest) sums.data[i] = 0;
  });
  return sums;
}

/** Multiplies a row of inputs by filters, four at a time, which is much faster than one by one. */
function multiplyRow(
  row: Float64Array,
  weights: Float64Array,
  start: number,
  end: number,
  take: (filter: number, sum: number) => void,
): void {
  const length = row.length;
  let filter = start;
  for (; filter + 4 <= end; filter += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    let at = filter * length;
    for (let i = 0; i < length; i++, at++) {
      const value = row[i];
      a += value * weights[at];
      b += value * weights[at + length];
      c += value * weights[at + 2 * length];
      d += value * weights[at + 3 * length];
    }
    take(filter, a);
    take(filter + 1, b);
    take(filter + 2, c);
    take(filter + 3, d);
  }
  for (; filter < end; filter++) {
    let sum = 0;
    for (let i = 0, at = filter * length; i < length; i++, at++) sum += row[i] * weights[at];
    take(filter, sum);
  }
}

/** Applies a function to the numbers of each window that lie inside of the input. */
function pool(array: NdArray, windows: WindowAxis[], f: (values: number[], taps: number) => number): NdArray {
  const { batch, channels, height, width, data } = asImage(array);
  const [y, x] = both(windows);
  const result = zeros([batch, channels, ...windows.map(({ outputs }) => outputs)]);
  let out = 0;
  for (let plane = 0; plane < batch * channels; plane++)
    for (let oy = 0; oy < y.outputs; oy++)
      for (let ox = 0; ox < x.outputs; ox++) {
        const values: number[] = [];
        for (let iy = oy * y.stride - y.padding, ky = 0; ky < y.kernel; ky++, iy++)
          for (let ix = ox * x.stride - x.padding, kx = 0; kx < x.kernel; kx++, ix++)
            if (iy >= 0 && iy < height && ix >= 0 && ix < width)
              values.push(data[(plane * height + iy) * width + ix]);
        result.data[out++] = f(values, y.kernel * x.kernel);
      }
  return result;
}

const largest = (values: number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

/** Returns windows that cover the whole input. */
export function wholeInput(sizes: readonly number[]): WindowAxis[] {
  return sizes.map((size) => ({ kernel: size, stride: 1, padding: 0, paddingAfter: 0, outputs: 1 }));
}

/** Returns the kernel of a pool. */
export function poolKernel({ attributes }: OnnxNode): number[] {
  return attributes.ints('kernel_shape') ?? [];
}

/** Multiplies matrices: [..., rows, inner] by [inner, columns]. */
function multiply(a: NdArray, b: NdArray): NdArray {
  const inner = a.dims.at(-1) ?? 0;
  if (a.dims.length < 2 || b.dims.length !== 2 || b.dims[0] !== inner)
    throw new RangeError(`[${a.dims}] by [${b.dims}] is not supported`);
  const columns = b.dims[1];
  const result = zeros([...a.dims.slice(0, -1), columns]);
  for (let row = 0; row < countOf(a.dims.slice(0, -1)); row++)
    for (let i = 0; i < inner; i++) {
      const value = a.data[row * inner + i];
      if (value === 0) continue;
      for (let column = 0; column < columns; column++)
        result.data[row * columns + column] += value * b.data[i * columns + column];
    }
  return withoutNoise(result);
}

/** Returns the matrix of a MatMul or Gemm as [inner, columns]. */
export function matrixOf(b: NdArray, { opType, attributes }: OnnxNode): NdArray {
  if (b.dims.length !== 2) throw new RangeError(`its weights have the shape [${b.dims}]`);
  if (opType !== 'Gemm') return b;
  const { dims, data } = attributes.int('transB', 0) === 1 ? transpose(b, [1, 0]) : b;
  const alpha = attributes.float('alpha', 1);
  return { dims, data: data.map((value) => alpha * value) };
}

export const WINDOWS: Readonly<Record<string, Evaluator>> = {
  Conv: convolution,
  MatMul: (inputs, node) => multiply(given(inputs, 0), matrixOf(given(inputs, 1), node)),
  Gemm: (inputs, node) => {
    const { attributes } = node;
    const a = attributes.int('transA', 0) === 1 ? transpose(given(inputs, 0), [1, 0]) : given(inputs, 0);
    const product = multiply(a, matrixOf(given(inputs, 1), node));
    const bias = inputs[2];
    if (!bias) return product;
    const beta = attributes.float('beta', 1);
    const columns = product.dims[1];
    const data = product.data.map(
      (value, i) => value + beta * bias.data[bias.data.length === 1 ? 0 : i % columns],
    );
    return { ...product, data };
  },
  MaxPool: (inputs, node) =>
    pool(given(inputs, 0), windowsOf(node, given(inputs, 0).dims.slice(2), poolKernel(node)), largest),
  AveragePool: (inputs, node) => {
    const includesPadding = node.attributes.int('count_include_pad', 0) === 1;
    const windows = windowsOf(node, given(inputs, 0).dims.slice(2), poolKernel(node));
    return pool(
      given(inputs, 0),
      windows,
      (values, taps) => sum(values) / (includesPadding ? taps : values.length),
    );
  },
  GlobalAveragePool: (inputs) =>
    pool(
      given(inputs, 0),
      wholeInput(given(inputs, 0).dims.slice(2)),
      (values) => sum(values) / values.length,
    ),
  GlobalMaxPool: (inputs) => pool(given(inputs, 0), wholeInput(given(inputs, 0).dims.slice(2)), largest),
  Pad: (inputs, node) => {
    const array = given(inputs, 0);
    const { before, after, value } = paddingOf(inputs, node, array.dims.length);
    const result = zeros(array.dims.map((size, axis) => size + before[axis] + after[axis]));
    result.data.fill(value);
    const last = array.dims.length - 1;
    const rows = array.data.length / (array.dims[last] || 1);
    for (let row = 0; row < rows; row++) {
      let [rest, at, stride] = [row, before[last], result.dims[last]];
      for (let axis = last - 1; axis >= 0; axis--) {
        at += ((rest % array.dims[axis]) + before[axis]) * stride;
        rest = Math.floor(rest / array.dims[axis]);
        stride *= result.dims[axis];
      }
      result.data.set(array.data.subarray(row * array.dims[last], (row + 1) * array.dims[last]), at);
    }
    return result;
  },
};

/** Reads the amounts and the value of a Pad. @throws {RangeError} if it is not supported */
export function paddingOf(
  inputs: readonly (NdArray | undefined)[],
  node: OnnxNode,
  rank: number,
): { before: number[]; after: number[]; value: number } {
  const mode = node.attributes.text('mode', 'constant');
  if (mode !== 'constant') throw new RangeError(`the mode ${mode} is not supported`);
  const pads = integersOf(inputs, 1, node, 'pads') ?? [];
  const value = inputs[2]?.data[0] ?? node.attributes.float('value', 0);
  const axes = inputs[3] ? [...inputs[3].data] : Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length || pads.some((pad) => !Number.isInteger(pad) || pad < 0))
    throw new RangeError(`its pads are [${pads}]`);
  const [before, after] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  axes.forEach((given, i) => {
    const axis = given < 0 ? given + rank : given;
    before[axis] = pads[i];
    after[axis] = pads[i + axes.length];
  });
  return { before, after, value };
}
