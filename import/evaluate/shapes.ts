/** Operators that move numbers without changing them. */
import type { OnnxNode } from '../onnx/read-model.js';
import { constantOf } from '../onnx/read-model.js';
import {
  axisOf,
  broadcastDims,
  countOf,
  mapBroadcast,
  type NdArray,
  scalar,
  stridesOf,
  transpose,
  vector,
  zeros,
} from './nd-array.js';

export type Evaluator = (inputs: readonly (NdArray | undefined)[], node: OnnxNode) => NdArray;

/** Returns an input that must be there. @throws {RangeError} */
export function given(inputs: readonly (NdArray | undefined)[], position: number): NdArray {
  const input = inputs[position];
  if (!input) throw new RangeError(`its input ${position + 1} is absent`);
  return input;
}

/** Returns the integers of an input, or of the attribute that older versions have in its place. */
export function integersOf(
  inputs: readonly (NdArray | undefined)[],
  position: number,
  { attributes }: OnnxNode,
  name: string,
): number[] | undefined {
  const input = inputs[position];
  return input ? [...input.data] : attributes.ints(name);
}

/** Returns the shape that Reshape gives. */
export function reshapedDims(
  dims: readonly number[],
  target: readonly number[],
  allowZero: boolean,
): number[] {
  const sizes = target.map((size, axis) => (size === 0 && !allowZero ? (dims[axis] ?? 0) : size));
  const known = countOf(sizes.filter((size) => size !== -1));
  const result = sizes.map((size) => (size === -1 ? countOf(dims) / known : size));
  if (countOf(result) !== countOf(dims) || !result.every((size) => Number.isInteger(size) && size >= 0))
    throw new RangeError(`[${dims}] cannot become [${target}]`);
  return result;
}

export function flattenedDims(dims: readonly number[], axis: number): number[] {
  const at = axis === dims.length ? axis : axisOf(axis, dims.length);
  return [countOf(dims.slice(0, at)), countOf(dims.slice(at))];
}

export function squeezedDims(dims: readonly number[], axes: readonly number[] | undefined): number[] {
  const removed = axes?.map((axis) => axisOf(axis, dims.length));
  const isRemoved = (size: number, axis: number) => (removed ? removed.includes(axis) : size === 1);
  if (dims.some((size, axis) => isRemoved(size, axis) && size !== 1))
    throw new RangeError(`[${dims}] has no axes of size 1 at [${axes}]`);
  return dims.filter((size, axis) => !isRemoved(size, axis));
}

export function unsqueezedDims(dims: readonly number[], axes: readonly number[]): number[] {
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  let next = 0;
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : dims[next++]));
}

const reshaped = (array: NdArray, dims: number[]): NdArray => ({ ...array, dims });

export const SHAPES: Readonly<Record<string, Evaluator>> = {
  Constant(_, { attributes }) {
    const value = constantOf(attributes);
    if (!value) throw new RangeError('it holds no numbers');
    return value;
  },
  Shape: (inputs) => vector(given(inputs, 0).dims),
  Reshape: (inputs, { attributes }) => {
    const [array, target] = [given(inputs, 0), given(inputs, 1)];
    return reshaped(array, reshapedDims(array.dims, [...target.data], attributes.int('allowzero', 0) === 1));
  },
  Flatten: (inputs, { attributes }) =>
    reshaped(given(inputs, 0), flattenedDims(given(inputs, 0).dims, attributes.int('axis', 1))),
  Squeeze: (inputs, node) =>
    reshaped(given(inputs, 0), squeezedDims(given(inputs, 0).dims, integersOf(inputs, 1, node, 'axes'))),
  Unsqueeze: (inputs, node) =>
    reshaped(
      given(inputs, 0),
      unsqueezedDims(given(inputs, 0).dims, integersOf(inputs, 1, node, 'axes') ?? []),
    ),
  Transpose: (inputs, { attributes }) => {
    const array = given(inputs, 0);
    return transpose(array, attributes.ints('perm') ?? array.dims.map((_, axis) => axis).reverse());
  },
  ConstantOfShape: (inputs, { attributes }) => {
    const result = zeros([...given(inputs, 0).data]);
    result.data.fill(constantOf(attributes)?.data[0] ?? 0);
    return result;
  },
  Expand: (inputs) => {
    const array = given(inputs, 0);
    const dims = broadcastDims([array.dims, [...given(inputs, 1).data]]);
    return mapBroadcast([array, zeros(dims)], ([x]) => x);
  },
  Gather: (inputs, { attributes }) => {
    const [array, indices] = [given(inputs, 0), given(inputs, 1)];
    const axis = axisOf(attributes.int('axis', 0), array.dims.length);
    const outer = countOf(array.dims.slice(0, axis));
    const inner = countOf(array.dims.slice(axis + 1));
    const size = array.dims[axis];
    const result = zeros([...array.dims.slice(0, axis), ...indices.dims, ...array.dims.slice(axis + 1)]);
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const index of indices.data) {
        const row = o * size + axisOf(index, size);
        result.data.set(array.data.subarray(row * inner, (row + 1) * inner), at);
        at += inner;
      }
    return result;
  },
  Concat: (inputs, { attributes }) => {
    const arrays = inputs.map((_, position) => given(inputs, position));
    const axis = axisOf(attributes.int('axis', 0), arrays[0].dims.length);
    const total = arrays.reduce((sum, { dims }) => sum + dims[axis], 0);
    const result = zeros(arrays[0].dims.map((size, i) => (i === axis ? total : size)));
    const outer = countOf(result.dims.slice(0, axis));
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const { data } of arrays) {
        const part = data.length / outer;
        result.data.set(data.subarray(o * part, (o + 1) * part), at);
        at += part;
      }
    return result;
  },
  Slice: (inputs, node) => {
    const array = given(inputs, 0);
    const starts = integersOf(inputs, 1, node, 'starts') ?? [];
    const ends = integersOf(inputs, 2, node, 'ends') ?? [];
    const axes = integersOf(inputs, 3, node, 'axes') ?? starts.map((_, i) => i);
    const steps = inputs[4] ? [...inputs[4].data] : starts.map(() => 1);
    const ranges = array.dims.map((size) => ({ start: 0, step: 1, count: size }));
    axes.forEach((given, i) => {
      const axis = axisOf(given, array.dims.length);
      const size = array.dims[axis];
      const step = steps[i];
      if (!Number.isInteger(step) || step === 0) throw new RangeError(`steps of ${step} are not supported`);
      // With a negative step, -1 is the place before the first element.
      const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
      const at = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, least), most);
      const [start, end] = [at(starts[i]), at(ends[i])];
      ranges[axis] = { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
    });
    const strides = stridesOf(array.dims);
    const result = zeros(ranges.map(({ count }) => count));
    const own = stridesOf(result.dims);
    for (let i = 0; i < result.data.length; i++) {
      let at = 0;
      ranges.forEach(({ start, step, count }, axis) => {
        at += strides[axis] * (start + step * (Math.floor(i / own[axis]) % count));
      });
      result.data[i] = array.data[at];
    }
    return result;
  },
  Size: (inputs) => scalar(given(inputs, 0).data.length),
};
